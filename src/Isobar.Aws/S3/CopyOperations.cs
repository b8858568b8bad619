using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>CopyObject.</summary>
internal static class CopyOperations
{
    // 1. Find the source and hold it to its conditions. 2. Decide what the copy's metadata and tags are. 3. Copy, without moving bytes.
    public static async Task<S3Error?> CopyAsync(S3Call call)
    {
        // 1.
        var (source, info, error) = await FindSourceAsync(call).ConfigureAwait(false);
        if (source is null || info is null) return error;
        if (info.Size > S3Names.MaxSinglePut) return S3Error.InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");

        // 2.
        var replaceMetadata = Directive(call, "x-amz-metadata-directive");
        var replaceTags = Directive(call, "x-amz-tagging-directive");
        if (replaceMetadata is null || replaceTags is null) return S3Error.InvalidArgument("x-amz-metadata-directive", call.Header("x-amz-metadata-directive"), "Unknown metadata directive.");
        var (given, bad) = ObjectHeaders.Read(call);
        if ((bad ?? ObjectHeaders.CheckCondition(call)) is { } invalid) return invalid;
        if (source.Bucket == call.Bucket && source.Key == call.Key && source.VersionId is null && replaceMetadata == false && call.Header(S3Names.StorageClass) is null && call.Header(S3Names.Encryption) is null)
            return S3Error.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        var options = replaceMetadata == true ? given : given with { ContentType = info.ContentType, Metadata = info.Metadata, Headers = Merge(info.Headers, given.Headers) };
        options = options with { Tags = replaceTags == true ? given.Tags : info.Tags };

        // 3.
        var copied = await call.Objects.CopyAsync(source.Bucket, source.Key, source.VersionId, call.Bucket, call.Key, options, call.Aborted).ConfigureAwait(false);
        if (!copied.TryGet(out var made, out var fault)) return S3Error.From(fault, call);
        if (info.VersionId is { } version) call.Response.Headers["x-amz-copy-source-version-id"] = version;
        ObjectHeaders.WriteEncryption(call, made.Headers);
        ObjectHeaders.WriteVersion(call, made);
        await WriteResultAsync(call, "CopyObjectResult", made.ETag, made.LastModified, made.Checksums).ConfigureAwait(false);
        return null;
    }

    public static Task WriteResultAsync(S3Call call, string root, string etag, DateTimeOffset modified, IReadOnlyDictionary<string, string> checksums) => S3Xml.WriteAsync(call, root, xml =>
    {
        xml.WriteElementString("LastModified", S3Xml.Time(modified));
        xml.WriteElementString("ETag", S3Xml.Quote(etag));
        xml.Checksums(checksums, withType: root == "CopyObjectResult");
    });

    /// <summary>Finds what <c>x-amz-copy-source</c> names and checks the conditions on it.</summary>
    public static async Task<(CopySource? Source, ObjectInfo? Info, S3Error? Error)> FindSourceAsync(S3Call call)
    {
        if (CopySource.Parse(call.Header("x-amz-copy-source")!) is not { } source)
            return (null, null, S3Error.InvalidArgument("x-amz-copy-source", call.Header("x-amz-copy-source"), "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"));
        if (ObjectReads.CheckVersion(source.VersionId) is { } bad) return (null, null, bad);
        var found = await call.Objects.HeadAsync(source.Bucket, source.Key, source.VersionId, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var info, out var error))
        {
            var missing = error is { Code: ErrorCode.NotFound, Faults: [{ Field: "key" }, ..] } && source.VersionId is not null;
            return (null, null, missing ? S3Error.NoSuchVersion(source.Key, source.VersionId) : error.Faults is [{ Field: "bucket" }, ..] ? S3Error.From(error, call) : S3Error.NoSuchKey(source.Key));
        }
        if (info.IsDeleteMarker) return (null, null, S3Error.InvalidRequest("The source of a copy request may not specifically refer to a delete marker by version id."));
        return S3Conditions.CheckSource(call, info) is { } miss ? (null, null, miss) : (source, info, null);
    }

    private static bool? Directive(S3Call call, string header) => call.Header(header)?.ToUpperInvariant() switch { null or "COPY" => false, "REPLACE" => true, _ => null };

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> source, IReadOnlyDictionary<string, string> given)
    {
        // The storage class is never copied: it is what the request says, or the standard one.
        var merged = source.Where(h => h.Key != S3Names.StorageClass).ToDictionary();
        foreach (var name in new[] { S3Names.StorageClass, S3Names.Encryption, S3Names.EncryptionKey })
        {
            if (given.TryGetValue(name, out var value)) merged[name] = value;
        }
        return merged;
    }
}

/// <summary>What a copy reads from.</summary>
internal sealed record CopySource(BucketName Bucket, string Key, string? VersionId)
{
    public static CopySource? Parse(string header)
    {
        var mark = header.LastIndexOf("?versionId=", StringComparison.Ordinal);
        var version = mark < 0 ? null : header[(mark + 11)..];
        var path = Uri.UnescapeDataString(mark < 0 ? header : header[..mark]).TrimStart('/');
        // Access points and buckets may be named by ARN: the resource of a bucket's is the bucket.
        if (path.StartsWith("arn:aws:s3:::", StringComparison.Ordinal)) path = path[13..];
        var slash = path.IndexOf('/');
        return slash <= 0 || slash == path.Length - 1 ? null : new CopySource(new BucketName(S3Names.Realm, path[..slash]), path[(slash + 1)..], version);
    }
}
