using System.Globalization;
using System.Text;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.S3;

/// <summary>Between the headers of a request or response and what the engine keeps with an object.</summary>
internal static class ObjectHeaders
{
    /// <summary>What a put, a copy with new metadata or the start of an upload says of the object.</summary>
    public static (PutOptions Options, S3Error? Error) Read(S3Call call)
    {
        var metadata = call.Request.Headers
            .Where(h => h.Key.StartsWith(S3Names.MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(h => h.Key[S3Names.MetadataPrefix.Length..].ToLowerInvariant(), h => h.Value.ToString());
        var bytes = metadata.Sum(m => Encoding.UTF8.GetByteCount(m.Key) + Encoding.UTF8.GetByteCount(m.Value));
        if (bytes > S3Names.MaxMetadataBytes)
        {
            return (new PutOptions(), new S3Error("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size")
            {
                Details = [("Size", bytes.ToString(CultureInfo.InvariantCulture)), ("MaxSizeAllowed", S3Names.MaxMetadataBytes.ToString(CultureInfo.InvariantCulture))],
            });
        }
        if (Encoding.UTF8.GetByteCount(call.Key) > S3Names.MaxKeyBytes)
            return (new PutOptions(), new S3Error("KeyTooLongError", 400, "Your key is too long") { Details = [("Size", Encoding.UTF8.GetByteCount(call.Key).ToString(CultureInfo.InvariantCulture)), ("MaxSizeAllowed", S3Names.MaxKeyBytes.ToString(CultureInfo.InvariantCulture))] });
        var (tags, bad) = S3Tags.ParseHeader(call.Header("x-amz-tagging"));
        return (new PutOptions
        {
            ContentType = call.Header("Content-Type") ?? S3Names.DefaultContentType,
            Headers = Stored(call),
            Metadata = metadata,
            Tags = tags,
            Condition = Condition(call),
        }, RequestTerms.CheckWrite(call) ?? bad);
    }

    public static WriteCondition Condition(S3Call call) => new(call.Header("If-Match")?.Trim('"'), call.Header("If-None-Match") == "*");

    /// <summary>Conditional writes take <c>If-None-Match: *</c> only.</summary>
    public static S3Error? CheckCondition(S3Call call) =>
        call.Header("If-None-Match") is { } none && none != "*" ? S3Error.NotImplemented("If-None-Match with an ETag on a write") : null;

    /// <summary>Writes the headers of a get or head; a range's own headers come from the caller.</summary>
    public static void Write(S3Call call, ObjectInfo info, bool checksums)
    {
        var headers = call.Response.Headers;
        headers.ETag = S3Xml.Quote(info.ETag);
        headers.LastModified = info.LastModified.ToString("R", CultureInfo.InvariantCulture);
        headers.AcceptRanges = "bytes";
        call.Response.ContentType = info.ContentType;
        foreach (var (name, value) in info.Headers)
        {
            if (name != S3Names.StorageClass || value != "STANDARD") headers[name] = Safe(value);
        }
        headers.TryAdd(S3Names.Encryption, "AES256");
        foreach (var (name, value) in info.Metadata) headers[S3Names.MetadataPrefix + name] = Safe(value);
        if (info.Tags.Count > 0) headers["x-amz-tagging-count"] = info.Tags.Count.ToString(CultureInfo.InvariantCulture);
        if (checksums) WriteChecksums(call, info.Checksums);
        WriteVersion(call, info);
    }

    /// <summary>Writes the headers that answer a write.</summary>
    public static void WriteStored(S3Call call, ObjectInfo info)
    {
        call.Response.Headers.ETag = S3Xml.Quote(info.ETag);
        WriteEncryption(call, info.Headers);
        WriteChecksums(call, info.Checksums);
        WriteVersion(call, info);
    }

    /// <summary>How the object is said to be encrypted, and by which key where the client named one.</summary>
    public static void WriteEncryption(S3Call call, IReadOnlyDictionary<string, string> stored)
    {
        call.Response.Headers[S3Names.Encryption] = stored.GetValueOrDefault(S3Names.Encryption, "AES256");
        if (stored.GetValueOrDefault(S3Names.EncryptionKey) is { } key) call.Response.Headers[S3Names.EncryptionKey] = key;
    }

    public static void WriteChecksums(S3Call call, IReadOnlyDictionary<string, string> checksums)
    {
        foreach (var (algorithm, value) in checksums) call.Response.Headers[S3Names.ChecksumPrefix + algorithm] = value;
        if (checksums.Count > 0) call.Response.Headers["x-amz-checksum-type"] = S3Xml.ChecksumType(checksums);
    }

    public static void WriteVersion(S3Call call, ObjectInfo info)
    {
        if (info.VersionId is { } version) call.Response.Headers["x-amz-version-id"] = version;
    }

    private static Dictionary<string, string> Stored(S3Call call)
    {
        var stored = new Dictionary<string, string>();
        foreach (var name in S3Names.StoredHeaders)
        {
            if (call.Header(name) is not { } value) continue;
            // The transport's own coding is not part of the object.
            if (name == "content-encoding")
                value = string.Join(',', value.Split(',', StringSplitOptions.TrimEntries).Where(v => !v.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase)));
            if (value.Length > 0) stored[name] = value;
        }
        return stored;
    }

    /// <summary>Header values travel as ASCII; S3 wraps others as RFC 2047 has it.</summary>
    private static string Safe(string value) => Ascii.IsValid(value) ? value : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";
}
