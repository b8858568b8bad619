using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Training;

/// <summary>Keeps a folder of a job and its prefix in the object store alike.</summary>
internal sealed class FolderSync(IObjectStore objects, ObjectLocation target, string folder)
{
    private readonly Dictionary<string, (long Length, DateTime Written)> _seen = [];

    public async Task<Result<Done>> DownloadAsync(CancellationToken ct)
    {
        var listed = await ChannelDownload.PrefixAsync(objects, target.AsFolder(), ct).ConfigureAwait(false);
        // Nothing there yet is how every job begins.
        if (!listed.IsOk) return Done.Value;
        var channel = new ChannelSpec("shared", target.AsFolder());
        var fetched = await ChannelDownload.RunAsync(objects, channel, folder, ct).ConfigureAwait(false);
        return fetched.Map(_ => Done.Value);
    }

    /// <summary>Stores what changed since the last call.</summary>
    public async Task<Result<Done>> UploadAsync(CancellationToken ct)
    {
        // A program may take the folder itself away.
        if (!Directory.Exists(folder)) return Done.Value;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToList())
        {
            var info = new FileInfo(path);
            if (!info.Exists || path.EndsWith(".new", StringComparison.Ordinal)) continue;
            var state = (info.Length, info.LastWriteTimeUtc);
            if (_seen.GetValueOrDefault(path) == state) continue;
            await using var content = File.OpenRead(path);
            var put = await objects.PutAsync(target.Bucket, target.Below(Path.GetRelativePath(folder, path).Replace('\\', '/')).Key, content, null, ct).ConfigureAwait(false);
            if (!put.IsOk) return put.Error;
            _seen[path] = state;
        }
        return Done.Value;
    }
}
