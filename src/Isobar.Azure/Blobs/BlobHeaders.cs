using System.Globalization;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>How headers of blobs are read and written.</summary>
internal static class BlobHeaders
{
    private const string Meta = "x-ms-meta-";
    private static readonly (string Header, string Kept)[] Standard = [("x-ms-blob-content-encoding", "content-encoding"), ("x-ms-blob-content-language", "content-language"), ("x-ms-blob-cache-control", "cache-control"), ("x-ms-blob-content-disposition", "content-disposition")];

    public static string ETag(ObjectInfo info) => $"\"0x{info.ETag.ToUpperInvariant()}{info.Generation:X}\"";

    public static string Date(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);

    public static Dictionary<string, string> Metadata(HttpRequest request) =>
        request.Headers.Where(h => h.Key.StartsWith(Meta, StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key[Meta.Length..].ToLowerInvariant(), h => h.Value.ToString());

    public static PutOptions Options(HttpRequest request) => new()
    {
        ContentType = request.Headers["x-ms-blob-content-type"].ToString() is { Length: > 0 } type ? type : request.ContentType,
        Headers = Standard.Where(s => request.Headers.ContainsKey(s.Header)).ToDictionary(s => s.Kept, s => request.Headers[s.Header].ToString()),
        Metadata = Metadata(request),
        ExpectedLength = request.ContentLength,
        ExpectedChecksums = request.Headers.ContentMD5.ToString() is { Length: > 0 } md5 ? new Dictionary<string, string> { ["md5"] = md5 } : [],
    };

    /// <summary>The facts of a stored blob.</summary>
    public static void Write(HttpResponse response, ObjectInfo info)
    {
        response.Headers.ETag = ETag(info);
        response.Headers.LastModified = Date(info.LastModified);
    }

    /// <summary>The facts of a blob that is read.</summary>
    public static void WriteAll(HttpResponse response, ObjectInfo info)
    {
        Write(response, info);
        response.ContentType = info.ContentType;
        response.Headers.AcceptRanges = "bytes";
        response.Headers["x-ms-blob-type"] = "BlockBlob";
        response.Headers["x-ms-creation-time"] = Date(info.LastModified);
        response.Headers["x-ms-lease-status"] = "unlocked";
        response.Headers["x-ms-lease-state"] = "available";
        response.Headers["x-ms-server-encrypted"] = "true";
        if (info.ETag.Length == 32) response.Headers.ContentMD5 = Convert.ToBase64String(Convert.FromHexString(info.ETag));
        foreach (var (name, value) in info.Headers) response.Headers[name] = value;
        foreach (var (name, value) in info.Metadata) response.Headers[Meta + name] = value;
    }
}
