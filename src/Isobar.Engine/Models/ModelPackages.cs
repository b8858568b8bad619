using System.Collections.Concurrent;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Engine.Models;

/// <summary>Keeps each unpacked artifact in a folder named by its content. A folder appears under its name only when it is complete.</summary>
internal sealed class ModelPackages : IModelPackages
{
    private readonly IObjectStore _objects;
    private readonly PackageLimits _limits;
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();

    public ModelPackages(IObjectStore objects, EngineOptions options, PackageLimits limits)
    {
        (_objects, _limits, _folder) = (objects, limits, Path.GetFullPath(Path.Combine(options.DataDirectory, "models")));
        Directory.CreateDirectory(_folder);
        // What a killed process had half unpacked.
        foreach (var left in Directory.EnumerateDirectories(_folder, "new-*")) Directory.Delete(left, recursive: true);
    }

    public async Task<Result<ModelPackage>> OpenAsync(ObjectLocation artifact, CancellationToken ct)
    {
        if (artifact.Key.EndsWith('/')) return await OpenFolderAsync(artifact, ct).ConfigureAwait(false);
        if (!(await _objects.HeadAsync(artifact.Bucket, artifact.Key, null, ct).ConfigureAwait(false)).TryGet(out var info, out var error))
            return error.Code == ErrorCode.NotFound ? Missing(artifact) : error;
        var gate = _gates.GetOrAdd(info.Sha256, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (Cached(info.Sha256) is { } cached) return cached;
            return await FetchAsync(artifact, info, ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    // A folder's content is the content of its files with their names.
    private async Task<Result<ModelPackage>> OpenFolderAsync(ObjectLocation artifact, CancellationToken ct)
    {
        if (!(await ChannelDownload.PrefixAsync(_objects, artifact, ct).ConfigureAwait(false)).TryGet(out var keys, out var error)) return error.Code == ErrorCode.NotFound ? Missing(artifact) : error;
        if (keys.Count > _limits.MaxEntries) return new Error(ErrorCode.InvalidArgument, $"The artifact {artifact.Bucket.Name}/{artifact.Key} has {keys.Count} files; at most {_limits.MaxEntries} are taken.");
        var text = new System.Text.StringBuilder();
        long bytes = 0;
        foreach (var (key, relative) in keys)
        {
            if (!(await _objects.HeadAsync(artifact.Bucket, key, null, ct).ConfigureAwait(false)).TryGet(out var info, out error)) return error;
            bytes += info.Size;
            text.Append(relative).Append('\0').Append(info.Sha256).Append('\n');
        }
        if (bytes > _limits.MaxBytes) return new Error(ErrorCode.InvalidArgument, $"The artifact {artifact.Bucket.Name}/{artifact.Key} has {bytes} bytes; at most {_limits.MaxBytes} are taken.");
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
        var gate = _gates.GetOrAdd(sha256, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct).ConfigureAwait(false);
        var making = Path.Combine(_folder, $"new-{Guid.NewGuid():N}");
        try
        {
            if (Cached(sha256) is { } cached) return cached;
            if ((await ChannelDownload.RunAsync(_objects, new ChannelSpec("model", artifact), making, ct).ConfigureAwait(false)).Error is { } failed) return failed;
            Directory.Move(making, Path.Combine(_folder, sha256));
            return Describe(Path.Combine(_folder, sha256), sha256);
        }
        catch (IOException e)
        {
            return new Error(ErrorCode.Unavailable, $"The artifact {artifact.Bucket.Name}/{artifact.Key} could not be fetched: {e.Message}");
        }
        finally
        {
            if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
            gate.Release();
        }
    }

    public ModelPackage? Cached(string sha256)
    {
        var folder = Path.Combine(_folder, sha256);
        return Directory.Exists(folder) ? Describe(folder, sha256) : null;
    }

    private async Task<Result<ModelPackage>> FetchAsync(ObjectLocation artifact, ObjectInfo info, CancellationToken ct)
    {
        var making = Path.Combine(_folder, $"new-{Guid.NewGuid():N}");
        Directory.CreateDirectory(making);
        try
        {
            if (!(await _objects.OpenAsync(artifact.Bucket, artifact.Key, info.VersionId, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) return error;
            await using (opened)
            {
                // The key may have been written again since; what counts is what was opened.
                info = opened.Info;
                if (!(await UnpackAsync(artifact, opened.Content, making, ct).ConfigureAwait(false)).TryGet(out _, out error)) return error;
            }
            var folder = Path.Combine(_folder, info.Sha256);
            if (!Directory.Exists(folder)) Directory.Move(making, folder);
            return Describe(folder, info.Sha256);
        }
        catch (IOException e)
        {
            return new Error(ErrorCode.Unavailable, $"The artifact {artifact.Bucket.Name}/{artifact.Key} could not be unpacked: {e.Message}");
        }
        finally
        {
            if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
        }
    }

    private async Task<Result<Done>> UnpackAsync(ObjectLocation artifact, Stream content, string folder, CancellationToken ct)
    {
        var head = new byte[4];
        var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        var whole = new PrefixedStream(head.AsMemory(0, read), content);
        if (read >= 2 && head[0] == 0x1f && head[1] == 0x8b)
        {
            var unpacked = await new ArchiveUnpacker(_limits).UnpackAsync(whole, folder, ct).ConfigureAwait(false);
            return unpacked.IsOk ? unpacked : unpacked.Error with { Message = $"{artifact.Bucket.Name}/{artifact.Key}: {unpacked.Error.Message}" };
        }
        if (!artifact.Key.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return new Error(ErrorCode.InvalidArgument, $"The artifact {artifact.Bucket.Name}/{artifact.Key} is neither a gzip-compressed tar archive nor an .onnx file.");
        await using var file = File.Create(Path.Combine(folder, "model.onnx"));
        await whole.CopyToAsync(file, ct).ConfigureAwait(false);
        return Done.Value;
    }

    private static ModelPackage Describe(string folder, string sha256)
    {
        var onnx = FindGraph(folder);
        var manifest = Path.Combine(Path.GetDirectoryName(onnx) ?? folder, "model.json");
        return new ModelPackage(folder, sha256, onnx, File.Exists(manifest) ? manifest : null);
    }

    // model.onnx at the top; else the only .onnx file there is.
    private static string? FindGraph(string folder)
    {
        var usual = Path.Combine(folder, "model.onnx");
        if (File.Exists(usual)) return usual;
        string? found = null;
        var below = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(folder, "*.onnx", below))
        {
            // macOS archives carry a ._twin of every file.
            if (Path.GetFileName(file).StartsWith("._", StringComparison.Ordinal)) continue;
            if (found is not null) return null;
            found = file;
        }
        return found;
    }

    private static Error Missing(ObjectLocation artifact) =>
        new(ErrorCode.NotFound, $"Could not find model data at {artifact.Bucket.Name}/{artifact.Key}.");
}
