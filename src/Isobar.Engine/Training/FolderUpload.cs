using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Training;

/// <summary>Stores what a child wrote, file by file.</summary>
internal sealed class FolderUpload(IObjectStore objects, JobFolder folder)
{
    public async Task<Result<Done>> StoreAsync(IEnumerable<FolderOutput> outputs)
    {
        foreach (var output in outputs)
        {
            var path = folder.Rewrite(output.LocalPath);
            if (File.Exists(path))
            {
                if ((await PutAsync(path, output.Target).ConfigureAwait(false)).Error is { } failed) return failed;
            }
            else if (Directory.Exists(path))
            {
                foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList())
                    if ((await PutAsync(file, output.Target.Below(Path.GetRelativePath(path, file).Replace('\\', '/'))).ConfigureAwait(false)).Error is { } error) return error;
            }
        }
        return Done.Value;
    }

    private async Task<Result<ObjectInfo>> PutAsync(string path, ObjectLocation target)
    {
        await using var content = File.OpenRead(path);
        return await objects.PutAsync(target.Bucket, target.Key, content).ConfigureAwait(false);
    }
}

/// <summary>Keeps a job's lines in an object, so that who reads blobs can follow it.</summary>
internal sealed class LogUpload(IObjectStore objects, ObjectLocation target, string file)
{
    private readonly Lock _lock = new();
    private long _stored = -1;

    public void Append(string line)
    {
        lock (_lock) File.AppendAllText(file, line + "\n");
    }

    /// <summary>Stores the lines so far, where there are more than at the last call.</summary>
    public async Task StoreAsync(CancellationToken ct)
    {
        byte[] content;
        lock (_lock) content = File.Exists(file) ? File.ReadAllBytes(file) : [];
        if (content.Length == _stored) return;
        var put = await objects.PutAsync(target.Bucket, target.Key, new MemoryStream(content), new PutOptions { ContentType = "text/plain" }, ct).ConfigureAwait(false);
        if (put.IsOk) _stored = content.Length;
    }
}
