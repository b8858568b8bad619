using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Google.Storage;

/// <summary>What kind of path a request has.</summary>
internal enum StorageSurface
{
    /// <summary>Metadata, and media by <c>alt=media</c>.</summary>
    Json,
    /// <summary>Bytes of a new object.</summary>
    Upload,
    /// <summary>Several requests in one.</summary>
    Batch,
    /// <summary><c>/bucket/object</c>, as signed URLs have it.</summary>
    Xml,
}

/// <summary>The raw target of a request, split where the slashes are written and only then unescaped: an object's name may hold escaped ones.</summary>
internal sealed record StorageTarget(StorageSurface Surface, IReadOnlyList<string> Segments, string Path, string Query)
{
    private static readonly (string Prefix, StorageSurface Surface)[] Prefixes =
    [
        ("storage/v1/", StorageSurface.Json), ("upload/storage/v1/", StorageSurface.Upload), ("resumable/upload/storage/v1/", StorageSurface.Upload), ("download/storage/v1/", StorageSurface.Json),
    ];

    /// <summary>Reads a target; null where it is none of the JSON API's.</summary>
    public static StorageTarget? Of(HttpRequest request)
    {
        var (path, query) = Split(request);
        foreach (var (prefix, surface) in Prefixes)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal)) return Make(surface, path[prefix.Length..], query);
        }
        if (path.StartsWith("batch/storage/v1", StringComparison.Ordinal)) return Make(StorageSurface.Batch, path, query);
        // STORAGE_EMULATOR_HOST takes the place of the base path too in the client for Node.js. No bucket has a name of one letter.
        return path == "b" || path.StartsWith("b/", StringComparison.Ordinal) || path.StartsWith("b?", StringComparison.Ordinal) ? Make(StorageSurface.Json, path, query) : null;
    }

    /// <summary>Reads a target as <c>/bucket/object</c>; null where the first part is no bucket's name.</summary>
    public static StorageTarget? OfXml(HttpRequest request)
    {
        var (path, query) = Split(request);
        var slash = path.IndexOf('/');
        var bucket = Uri.UnescapeDataString(slash < 0 ? path : path[..slash]);
        return StorageNames.IsBucket(bucket) ? new StorageTarget(StorageSurface.Xml, slash < 0 || slash == path.Length - 1 ? [bucket] : [bucket, Uri.UnescapeDataString(path[(slash + 1)..])], "/" + path, query) : null;
    }

    private static StorageTarget Make(StorageSurface surface, string path, string query) => new(surface, [.. path.TrimEnd('/').Split('/').Select(Uri.UnescapeDataString)], "/" + path, query);

    private static (string Path, string Query) Split(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target && target[0] == '/' ? target : request.Path.ToUriComponent() + request.QueryString;
        var mark = raw.IndexOf('?');
        return ((mark < 0 ? raw : raw[..mark]).TrimStart('/'), mark < 0 ? "" : raw[mark..]);
    }
}
