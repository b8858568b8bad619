using System.Globalization;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>Starting an upload, its parts, and giving it up.</summary>
internal static class MultipartOperations
{
    private const int MaxPart = 10_000;

    public static async Task<S3Error?> CreateAsync(S3Call call)
    {
        var (options, bad) = ObjectHeaders.Read(call);
        if (bad is not null) return bad;
        var algorithm = call.Header("x-amz-checksum-algorithm")?.ToLowerInvariant();
        if (algorithm is not null && !S3Names.Checksums.ContainsKey(algorithm))
            return S3Error.InvalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
        // Where the client names no type, all but the CRC that combines by design are checksums of checksums.
        var type = call.Header("x-amz-checksum-type") ?? (algorithm is null or "crc64nvme" ? "FULL_OBJECT" : "COMPOSITE");
        if (type == "FULL_OBJECT" && algorithm is "sha1" or "sha256" || type == "COMPOSITE" && algorithm == "crc64nvme")
            return S3Error.InvalidRequest($"The {type} checksum type cannot be used with the {algorithm} checksum algorithm.");
        options = options with { ComputeChecksums = [algorithm ?? "crc64nvme"], CompositeChecksums = type == "COMPOSITE" };
        var created = await call.Objects.Uploads.CreateAsync(call.Bucket, call.Key, options with { Condition = WriteCondition.None }, call.Aborted).ConfigureAwait(false);
        if (!created.TryGet(out var id, out var error)) return S3Error.From(error, call);
        if (algorithm is not null)
        {
            call.Response.Headers["x-amz-checksum-algorithm"] = S3Names.Checksums[algorithm];
            call.Response.Headers["x-amz-checksum-type"] = type;
        }
        ObjectHeaders.WriteEncryption(call, options.Headers);
        await S3Xml.WriteAsync(call, "InitiateMultipartUploadResult", xml =>
        {
            xml.WriteElementString("Bucket", call.BucketName);
            xml.WriteElementString("Key", call.Key);
            xml.WriteElementString("UploadId", id);
        }).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> PutPartAsync(S3Call call)
    {
        if (PartNumber(call) is not { } number) return BadNumber(call);
        var (body, fault) = S3Body.Of(call);
        if (body is null) return fault;
        // Which checksums a part keeps is the upload's affair; the client's own are verified all the same.
        var options = body.Apply(new PutOptions()) with { ComputeChecksums = body.Compute };
        var put = await call.Objects.Uploads.PutPartAsync(call.Bucket, call.Key, call.Query["uploadId"]!, number, body.Content, options, call.Aborted).ConfigureAwait(false);
        if (!put.TryGet(out var part, out var error)) return S3Error.From(error, call);
        call.Response.Headers.ETag = S3Xml.Quote(part.ETag);
        call.Response.Headers[S3Names.Encryption] = "AES256";
        foreach (var (algorithm, value) in part.Checksums) call.Response.Headers[S3Names.ChecksumPrefix + algorithm] = value;
        return null;
    }

    public static async Task<S3Error?> CopyPartAsync(S3Call call)
    {
        if (PartNumber(call) is not { } number) return BadNumber(call);
        var (source, info, error) = await CopyOperations.FindSourceAsync(call).ConfigureAwait(false);
        if (source is null || info is null) return error;
        var (offset, length) = (0L, info.Size);
        if (call.Header("x-amz-copy-source-range") is { } header)
        {
            var ends = header.StartsWith("bytes=", StringComparison.Ordinal) ? header[6..].Split('-') : [];
            if (ends.Length != 2 || !long.TryParse(ends[0], out var first) || !long.TryParse(ends[1], out var last) || last < first)
                return S3Error.InvalidArgument("x-amz-copy-source-range", header, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy");
            if (last >= info.Size) return S3Error.InvalidArgument("x-amz-copy-source-range", header, $"Range specified is not valid for source object of size: {info.Size}");
            (offset, length) = (first, last - first + 1);
        }
        if (length > S3Names.MaxSinglePut) return S3Error.EntityTooLarge(length);
        var opened = await call.Objects.OpenAsync(source.Bucket, source.Key, source.VersionId, offset, length, call.Aborted).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out var missing)) return S3Error.From(missing, call);
        await using (open)
        {
            var put = await call.Objects.Uploads.PutPartAsync(call.Bucket, call.Key, call.Query["uploadId"]!, number, open.Content, new PutOptions { ExpectedLength = length }, call.Aborted).ConfigureAwait(false);
            if (!put.TryGet(out var part, out var fault)) return S3Error.From(fault, call);
            if (info.VersionId is { } version) call.Response.Headers["x-amz-copy-source-version-id"] = version;
            await CopyOperations.WriteResultAsync(call, "CopyPartResult", part.ETag, part.LastModified, part.Checksums).ConfigureAwait(false);
        }
        return null;
    }

    public static async Task<S3Error?> AbortAsync(S3Call call)
    {
        var gone = await call.Objects.Uploads.AbortAsync(call.Bucket, call.Key, call.Query["uploadId"]!, call.Aborted).ConfigureAwait(false);
        if (gone.Error is { } error) return S3Error.From(error, call);
        call.Response.StatusCode = 204;
        return null;
    }

    private static int? PartNumber(S3Call call) =>
        int.TryParse(call.Query["partNumber"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxPart ? number : null;

    private static S3Error BadNumber(S3Call call) => S3Error.InvalidArgument("partNumber", call.Query["partNumber"], "Part number must be an integer between 1 and 10000, inclusive");
}
