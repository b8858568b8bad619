using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Isobar.Azure.Blobs;

/// <summary>How headers of blobs are read and written.</summary>
internal static class BlobHeaders
{
    public const string Snapshot = "x-ms-snapshot", Tags = "x-ms-tags";
    private const string Meta = "x-ms-meta-";
    private static readonly (string Header, string Kept)[] Standard = [("x-ms-blob-content-encoding", "content-encoding"), ("x-ms-blob-content-language", "content-language"), ("x-ms-blob-cache-control", "cache-control"), ("x-ms-blob-content-disposition", "content-disposition")];
    private static readonly string[] Tiers = ["Hot", "Cool", "Cold", "Archive"];

    public static string ETag(ObjectInfo info) => BlobFacts.ETag(info);

    public static string Date(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);

    public static Dictionary<string, string> Metadata(HttpRequest request) =>
        request.Headers.Where(h => h.Key.StartsWith(Meta, StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key[Meta.Length..].ToLowerInvariant(), h => h.Value.ToString());

    public static PutOptions Options(HttpRequest request) => new()
    {
        ContentType = ContentType(request) ?? request.ContentType,
        Headers = Facts(request),
        Metadata = Metadata(request),
        Tags = TagsOf(request),
        ExpectedLength = request.ContentLength,
        ExpectedChecksums = request.Headers.ContentMD5.ToString() is { Length: > 0 } md5 ? new Dictionary<string, string> { ["md5"] = md5 } : [],
    };

    public static string? ContentType(HttpRequest request) => request.Headers["x-ms-blob-content-type"].ToString() is { Length: > 0 } type ? type : null;

    /// <summary>The standard headers that the writer gives, and the tier.</summary>
    public static Dictionary<string, string> Facts(HttpRequest request)
    {
        var facts = Standard.Where(s => request.Headers.ContainsKey(s.Header)).ToDictionary(s => s.Kept, s => request.Headers[s.Header].ToString());
        if (Tier(request) is { } tier) facts[BlobFacts.Tier] = tier;
        return facts;
    }

    /// <summary>The names of the standard headers as they are kept.</summary>
    public static IEnumerable<string> StandardNames => Standard.Select(s => s.Kept);

    public static string? Tier(HttpRequest request)
    {
        if (request.Headers[BlobFacts.Tier].ToString() is not { Length: > 0 } given) return null;
        return Tiers.FirstOrDefault(t => t.Equals(given, StringComparison.OrdinalIgnoreCase)) ?? throw StorageFault.Header(BlobFacts.Tier, given, $"must be one of {string.Join(", ", Tiers)}");
    }

    /// <summary>The tags that come with a write, as a query string.</summary>
    public static Dictionary<string, string> TagsOf(HttpRequest request) =>
        request.Headers[Tags].ToString() is { Length: > 0 } text ? BlobTags.Checked(QueryHelpers.ParseQuery(text).ToDictionary(t => t.Key, t => t.Value.ToString())) : [];

    /// <summary>The facts of a stored blob.</summary>
    public static void Write(HttpResponse response, ObjectInfo info)
    {
        response.Headers.ETag = ETag(info);
        response.Headers.LastModified = Date(BlobFacts.LastModified(info));
    }

    /// <summary>The facts of a blob that is read.</summary>
    public static void WriteAll(HttpResponse response, ObjectInfo info, LeaseView lease)
    {
        Write(response, info);
        response.ContentType = info.ContentType;
        response.Headers.AcceptRanges = "bytes";
        response.Headers[BlobFacts.Type] = BlobFacts.BlockBlob;
        response.Headers[BlobFacts.Tier] = "Hot";
        if (!info.Headers.ContainsKey(BlobFacts.Tier)) response.Headers["x-ms-access-tier-inferred"] = "true";
        response.Headers[BlobFacts.Created] = Date(BlobFacts.CreatedAt(info));
        lease.Write(response);
        response.Headers["x-ms-server-encrypted"] = "true";
        if (info.Tags.Count > 0) response.Headers["x-ms-tag-count"] = info.Tags.Count.ToString(CultureInfo.InvariantCulture);
        // Of an append blob the service knows no hash of the whole.
        if (info.ETag.Length == 32 && BlobFacts.TypeOf(info) == BlobFacts.BlockBlob) response.Headers.ContentMD5 = Convert.ToBase64String(Convert.FromHexString(info.ETag));
        foreach (var (name, value) in BlobFacts.Visible(info)) response.Headers[name] = value;
        foreach (var (name, value) in info.Metadata) response.Headers[Meta + name] = value;
    }
}
