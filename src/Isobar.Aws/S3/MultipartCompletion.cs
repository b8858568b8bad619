using System.Xml.Linq;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>CompleteMultipartUpload.</summary>
internal static class MultipartCompletion
{
    public static async Task<S3Error?> CompleteAsync(S3Call call)
    {
        if (ObjectHeaders.CheckCondition(call) is { } condition) return condition;
        var (root, error) = await S3Xml.ReadAsync(call, "CompleteMultipartUpload").ConfigureAwait(false);
        if (root is null) return error;
        var named = root.Children("Part").ToList();
        var parts = new List<(int Number, string ETag)>();
        foreach (var part in named)
        {
            if (!int.TryParse(part.Child("PartNumber"), out var number) || part.Child("ETag") is not { } etag) return S3Error.MalformedXml;
            parts.Add((number, etag.Trim().Trim('"')));
        }
        if (parts.Count == 0) return S3Error.MalformedXml;
        if (await CheckAsync(call, named, parts).ConfigureAwait(false) is { } mismatch) return mismatch;
        var expected = S3Names.Checksums.Keys
            .Select(a => (Algorithm: a, Value: call.Header(S3Names.ChecksumPrefix + a)))
            .Where(c => c.Value is not null)
            .ToDictionary(c => c.Algorithm, c => c.Value!);
        var done = await call.Objects.Uploads.CompleteAsync(call.Bucket, call.Key, call.Query["uploadId"]!, parts, ObjectHeaders.Condition(call), expected, call.Aborted).ConfigureAwait(false);
        if (!done.TryGet(out var info, out var fault)) return S3Error.From(fault, call);
        ObjectHeaders.WriteVersion(call, info);
        ObjectHeaders.WriteEncryption(call, info.Headers);
        await S3Xml.WriteAsync(call, "CompleteMultipartUploadResult", xml =>
        {
            xml.WriteElementString("Location", $"{call.Request.Scheme}://{call.Request.Host}/{call.BucketName}/{Uri.EscapeDataString(call.Key).Replace("%2F", "/", StringComparison.Ordinal)}");
            xml.WriteElementString("Bucket", call.BucketName);
            xml.WriteElementString("Key", call.Key);
            xml.WriteElementString("ETag", S3Xml.Quote(info.ETag));
            xml.Checksums(info.Checksums, withType: true);
        }).ConfigureAwait(false);
        return null;
    }

    /// <summary>Holds the request to what the parts themselves say: their checksums and their total size.</summary>
    private static async Task<S3Error?> CheckAsync(S3Call call, List<XElement> named, List<(int Number, string ETag)> parts)
    {
        var listed = await call.Objects.Uploads.ListPartsAsync(call.Bucket, call.Key, call.Query["uploadId"]!, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var stored, out var error)) return S3Error.From(error, call);
        var byNumber = stored.ToDictionary(p => p.Number);
        for (var i = 0; i < parts.Count; i++)
        {
            foreach (var (algorithm, name) in S3Names.Checksums)
            {
                if (named[i].Child("Checksum" + name) is { } value && byNumber.TryGetValue(parts[i].Number, out var part)
                    && part.Checksums.TryGetValue(algorithm, out var actual) && actual != value)
                    return S3Error.InvalidPart(parts[i].Number.ToString());
            }
        }
        if (call.Header("x-amz-mp-object-size") is { } size && long.TryParse(size, out var wanted)
            && wanted != parts.Sum(p => byNumber.TryGetValue(p.Number, out var part) ? part.Size : 0))
            return S3Error.InvalidRequest("The provided 'x-amz-mp-object-size' header does not match the size of the object.");
        return null;
    }
}
