using System.Security.Cryptography;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>A request's payload, freed of <c>aws-chunked</c>, with everything that its headers promise of it.</summary>
internal sealed class S3Body
{
    public required Stream Content { get; init; }
    public required long Length { get; init; }
    public required IReadOnlyDictionary<string, string> Expected { get; init; }
    public required IReadOnlyList<string> Compute { get; init; }
    public string? Sha256 { get; init; }
    public Func<IReadOnlyDictionary<string, string>>? Trailing { get; init; }

    public static (S3Body? Body, S3Error? Error) Of(S3Call call)
    {
        var payload = call.Header("x-amz-content-sha256");
        var chunked = payload?.StartsWith("STREAMING-", StringComparison.Ordinal) == true
            || (call.Header("Content-Encoding")?.Contains("aws-chunked", StringComparison.OrdinalIgnoreCase) ?? false);
        long? length = chunked && long.TryParse(call.Header("x-amz-decoded-content-length"), out var decoded) ? decoded : chunked ? null : call.Request.ContentLength;
        if (length is not { } known) return (null, new S3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header."));
        if (known > S3Names.MaxSinglePut) return (null, S3Error.EntityTooLarge(known));

        var (expected, compute, fault) = Promises(call);
        if (fault is not null) return (null, fault);
        var stream = chunked ? new AwsChunkedStream(call.Request.BodyReader) : null;
        return (new S3Body
        {
            Content = stream ?? call.Request.Body,
            Length = known,
            Expected = expected,
            Compute = compute,
            Sha256 = payload is { Length: 64 } ? payload : null,
            Trailing = stream is null ? null : () => TrailingChecksums(stream),
        }, null);
    }

    /// <summary>Makes an engine's put of this body.</summary>
    public PutOptions Apply(PutOptions options) => options with
    {
        ExpectedLength = Length,
        ExpectedChecksums = Expected,
        // Where the client gives no checksum, S3 computes this one itself.
        ComputeChecksums = Compute.Count > 0 || Expected.Keys.Any(k => k != "md5") ? Compute : ["crc64nvme"],
        ExpectedSha256 = Sha256,
        TrailingChecksums = Trailing,
    };

    /// <summary>Checks a body that was read into memory: the MD5, the length and the signed hash.</summary>
    public S3Error? CheckSmall(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) return S3Error.IncompleteBody;
        if (Expected.TryGetValue("md5", out var md5) && Convert.ToBase64String(MD5.HashData(bytes)) != md5)
            return new S3Error("BadDigest", 400, "The Content-MD5 you specified did not match what we received.");
        return Sha256 is not null && !Convert.ToHexString(SHA256.HashData(bytes)).Equals(Sha256, StringComparison.OrdinalIgnoreCase)
            ? new S3Error("XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed.")
            : null;
    }

    private static (Dictionary<string, string> Expected, List<string> Compute, S3Error? Error) Promises(S3Call call)
    {
        var expected = new Dictionary<string, string>();
        var compute = new List<string>();
        if (call.Request.Headers.TryGetValue("Content-MD5", out var given))
        {
            if (!IsBase64(given.ToString(), 16)) return (expected, compute, new S3Error("InvalidDigest", 400, "The Content-MD5 you specified was invalid."));
            expected["md5"] = given.ToString();
        }
        foreach (var algorithm in S3Names.Checksums.Keys)
        {
            if (call.Header(S3Names.ChecksumPrefix + algorithm) is not { } value) continue;
            if (!IsBase64(value, Bytes(algorithm))) return (expected, compute, S3Error.InvalidRequest($"Value for x-amz-checksum-{algorithm} header is invalid."));
            expected[algorithm] = value;
        }
        foreach (var trailer in (call.Header("x-amz-trailer") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (trailer.StartsWith(S3Names.ChecksumPrefix, StringComparison.OrdinalIgnoreCase) && S3Names.Checksums.ContainsKey(trailer[S3Names.ChecksumPrefix.Length..].ToLowerInvariant()))
                compute.Add(trailer[S3Names.ChecksumPrefix.Length..].ToLowerInvariant());
            else
                return (expected, compute, S3Error.InvalidRequest("The value specified in the x-amz-trailer header is not supported"));
        }
        return (expected, compute, null);
    }

    private static Dictionary<string, string> TrailingChecksums(AwsChunkedStream stream) => stream.Trailers
        .Where(t => t.Key.StartsWith(S3Names.ChecksumPrefix, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(t => t.Key[S3Names.ChecksumPrefix.Length..].ToLowerInvariant(), t => t.Value);

    private static int Bytes(string algorithm) => algorithm switch { "crc64nvme" => 8, "sha1" => 20, "sha256" => 32, _ => 4 };

    private static bool IsBase64(string text, int bytes)
    {
        Span<byte> buffer = stackalloc byte[64];
        return Convert.TryFromBase64String(text, buffer, out var length) && length == bytes;
    }
}
