using System.IO.Compression;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Training;

/// <summary>Lays objects into a folder, keeping their relative keys.</summary>
internal static class ChannelDownload
{
    private const long MaxManifest = 16 * 1024 * 1024;

    /// <summary>Fetches a channel; the bytes fetched, or SageMaker's words for what is missing.</summary>
    public static async Task<Result<long>> RunAsync(IObjectStore objects, ChannelSpec channel, string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var keys = await ListAsync(objects, channel.Source, channel.Kind, ct).ConfigureAwait(false);
        if (!keys.TryGet(out var list, out var error)) return error;
        long bytes = 0;
        foreach (var (key, relative) in list)
        {
            // Unpacked content under a packed name would be unpacked once more by whoever reads it.
            var name = channel.Compression == "Gzip" && relative.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? relative[..^3] : relative;
            if (SafePath(folder, name) is not { } path) return new Error(ErrorCode.InvalidArgument, $"The key '{key}' leads out of the channel's folder.");
            var opened = await objects.OpenAsync(channel.Source.Bucket, key, ct: ct).ConfigureAwait(false);
            if (!opened.TryGet(out var content, out error)) return error;
            await using (content)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var file = File.Create(path);
                await using Stream source = channel.Compression == "Gzip" ? new GZipStream(content.Content, CompressionMode.Decompress) : content.Content;
                await source.CopyToAsync(file, ct).ConfigureAwait(false);
                bytes += content.Length;
            }
        }
        return bytes;
    }

    /// <summary>All objects that a source names, with their names relative to it.</summary>
    public static Task<Result<List<(string Key, string Relative)>>> ListAsync(IObjectStore objects, ObjectLocation source, ChannelSourceKind kind, CancellationToken ct) =>
        kind switch
        {
            ChannelSourceKind.Manifest => ManifestAsync(objects, source, ct),
            ChannelSourceKind.Object => ObjectAsync(objects, source, ct),
            ChannelSourceKind.Mounted => MountedAsync(objects, source, ct),
            _ => PrefixAsync(objects, source, ct),
        };

    private static async Task<Result<List<(string Key, string Relative)>>> ObjectAsync(IObjectStore objects, ObjectLocation source, CancellationToken ct) =>
        (await objects.HeadAsync(source.Bucket, source.Key, null, ct).ConfigureAwait(false)).Map(_ => new List<(string, string)> { (source.Key, source.Key[(source.Key.LastIndexOf('/') + 1)..]) });

    private static async Task<Result<List<(string Key, string Relative)>>> MountedAsync(IObjectStore objects, ObjectLocation source, CancellationToken ct)
    {
        var found = await PrefixAsync(objects, source, ct).ConfigureAwait(false);
        if (!found.TryGet(out var list, out var error)) return error.Code == ErrorCode.NotFound ? new List<(string, string)>() : error;
        var cut = source.Key.TrimEnd('/').LastIndexOf('/') + 1;
        return list.Where(o => o.Key.Length == source.Key.Length || source.Key.Length == 0 || source.Key.EndsWith('/') || o.Key[source.Key.Length] is '/' or '.').Select(o => (o.Key, o.Key[cut..])).ToList();
    }

    /// <summary>All objects below a location with their names relative to it.</summary>
    public static async Task<Result<List<(string Key, string Relative)>>> PrefixAsync(IObjectStore objects, ObjectLocation source, CancellationToken ct)
    {
        var found = new List<(string, string)>();
        string? next = null;
        do
        {
            var listed = await objects.ListAsync(source.Bucket, new ObjectQuery(source.Key, Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error))
                return error.Code == ErrorCode.NotFound ? new Error(ErrorCode.NotFound, $"ClientError: Data download failed: the bucket '{source.Bucket.Name}' does not exist") : error;
            // What follows the last slash of the prefix is kept; a key that ends in a slash stands for a folder.
            var cut = source.Key.EndsWith('/') || source.Key.Length == 0 ? source.Key.Length : source.Key.LastIndexOf('/') + 1;
            found.AddRange(page.Objects.Where(o => !o.Key.EndsWith('/')).Select(o => (o.Key, o.Key == source.Key ? o.Key[cut..] : Relative(o.Key, source.Key, cut))));
            next = page.Next;
        }
        while (next is not null);
        return found.Count > 0
            ? found
            : new Error(ErrorCode.NotFound, $"ClientError: Data download failed: no objects found under {source.Bucket.Realm switch { "aws" => "s3", "gcp" => "gs", var r => r }}://{source.Bucket.Name}/{source.Key}");
    }

    /// <summary>The path of a relative key inside a folder, or null when it would lead out.</summary>
    public static string? SafePath(string folder, string relative)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(folder, relative.TrimStart('/')));
        return path.StartsWith(root, StringComparison.Ordinal) ? path : null;
    }

    private static string Relative(string key, string prefix, int cut)
    {
        // s3://bucket/train with the object train/a.csv gives a.csv: the prefix named a folder without its slash.
        if (key.Length > prefix.Length && key[prefix.Length] == '/') return key[(prefix.Length + 1)..];
        return key[cut..];
    }

    private static async Task<Result<List<(string Key, string Relative)>>> ManifestAsync(IObjectStore objects, ObjectLocation source, CancellationToken ct)
    {
        var opened = await objects.OpenAsync(source.Bucket, source.Key, ct: ct).ConfigureAwait(false);
        if (!opened.TryGet(out var manifest, out var error)) return new Error(error.Code, $"ClientError: Data download failed: the manifest: {error.Message}");
        await using (manifest)
        {
            if (manifest.Length > MaxManifest) return new Error(ErrorCode.InvalidArgument, $"The manifest has {manifest.Length} bytes; at most {MaxManifest} are read.");
            try
            {
                using var json = await JsonDocument.ParseAsync(manifest.Content, cancellationToken: ct).ConfigureAwait(false);
                var items = json.RootElement.EnumerateArray().ToList();
                var prefix = items.Count > 0 && items[0].ValueKind == JsonValueKind.Object ? items[0].GetProperty("prefix").GetString()! : "";
                var marker = $"s3://{source.Bucket.Name}/";
                if (!prefix.StartsWith(marker, StringComparison.Ordinal)) return new Error(ErrorCode.InvalidArgument, $"The manifest's prefix '{prefix}' does not start with {marker}.");
                return items.Skip(1).Select(i => (prefix[marker.Length..] + i.GetString(), i.GetString()!)).ToList();
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                return new Error(ErrorCode.InvalidArgument, $"The manifest {source.Key} is not [{{\"prefix\": …}}, \"key\", …]: {e.Message}");
            }
        }
    }
}
