using Isobar.Aws.Protocols;
using Isobar.Engine.Keys;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Signing;

/// <summary>
/// Checks Signature Version 4. 1. The request must say how it is signed. 2. The key must be known, with its token. 3. The time must be near.
/// 4. The payload must be what its hash says. 5. The signature must be what our own arithmetic gives. 6. The chunks of a signed stream are
/// checked as they are read.
/// </summary>
internal sealed class SignatureAuthenticator(IKeyRing keys, TimeProvider time) : IRequestAuthenticator
{
    private const int MaxBuffered = 64 * 1024 * 1024;
    private const string SignedStream = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Unsigned = "UNSIGNED-PAYLOAD", UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    public bool Verifies => true;

    public async ValueTask<Authentication> AuthenticateAsync(AwsRequest request)
    {
        // 1.
        var refusals = new SigningRefusals(request);
        if (SignedRequest.Of(request) is not { } signed) return refusals.Missing();
        // 2.
        if (keys.Find(signed.Scope.AccessKey) is not { } key) return refusals.UnknownKey();
        if (key.Token is { } token ? signed.Token is null || !SigningKey.Same(token, signed.Token) : signed.Token is not null) return refusals.BadToken();
        // 3.
        var now = time.GetUtcNow();
        if (signed.IsPresigned)
        {
            if (now > signed.Time + signed.Validity!.Value) return refusals.Expired(signed, now);
            if (signed.Time - now > Skew) return refusals.Skewed(signed, now);
        }
        else if ((now - signed.Time).Duration() > Skew)
        {
            return refusals.Skewed(signed, now);
        }
        if (!signed.Stamp.StartsWith(signed.Scope.Date, StringComparison.Ordinal)) return refusals.Mismatch();
        // 4.
        if (await PayloadAsync(request, signed) is not { } payload) return refusals.PayloadMismatch();
        // 5.
        var canonical = CanonicalRequest.Of(request.Http.Request, signed, payload);
        var signing = SigningKey.Of(key.Secret, signed.Scope);
        var text = $"{SignedRequest.Algorithm}\n{signed.Stamp}\n{SigningKey.ScopeText(signed.Scope)}\n{SigningKey.Hash(canonical)}";
        if (!signed.SignedHeaders.Contains("host") || !SigningKey.Same(SigningKey.Sign(signing, text), signed.Signature)) return refusals.Mismatch();
        // 6.
        if (payload.StartsWith(SignedStream, StringComparison.Ordinal))
            request.Http.Request.Body = new SignedChunkStream(request.Http.Request.Body, signing, signed);
        return new AwsCaller(key.Account, signed.Scope.Region is { Length: > 0 } region ? region : AwsCaller.DefaultRegion, key.Id, request.RequestId);
    }

    /// <summary>The hash that was signed; null when the body is another.</summary>
    private static async ValueTask<string?> PayloadAsync(AwsRequest request, SignedRequest signed)
    {
        var said = request.Http.Request.Headers["X-Amz-Content-Sha256"].ToString();
        if (signed.Scope.Service == "s3")
        {
            // An object's bytes are held against this hash as they are stored.
            return signed.IsPresigned && said.Length == 0 ? Unsigned : said.Length > 0 ? said : null;
        }
        if (said is Unsigned or UnsignedTrailer) return said;
        var actual = SigningKey.Hash((await BodyAsync(request)).Span);
        return said.Length == 0 || SigningKey.Same(said, actual) ? actual : null;
    }

    /// <summary>The body as it came, put back for the service to read.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>> BodyAsync(AwsRequest request)
    {
        if (request.Form is not null && request.Http.Request.Headers.ContentEncoding.Count == 0 && HttpMethods.IsPost(request.Http.Request.Method))
            return (await request.ReadBodyAsync()).TryGet(out var form, out _) ? form : default;
        var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Http.Request.Body.ReadAsync(buffer, request.Http.RequestAborted)) > 0)
        {
            if (kept.Length + count > MaxBuffered) throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge);
            kept.Write(buffer, 0, count);
        }
        kept.Position = 0;
        request.Http.Request.Body = kept;
        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }
}
