using Isobar.Aws.Protocols;

namespace Isobar.Aws.Signing;

/// <summary>Refusals by the names that each kind of service has for them.</summary>
internal readonly struct SigningRefusals(AwsRequest request)
{
    private enum Kind
    {
        S3,
        Query,
        Json,
    }

    private Kind Speaks => request.Form is not null ? Kind.Query : request.Target is not null || request.Scope is { Service: not "s3" } ? Kind.Json : Kind.S3;

    // What botocore still makes of presigned URLs unless it is told signature_version s3v4.
    private bool IsVersion2 => request.Http.Request.Query.ContainsKey("AWSAccessKeyId") || request.Http.Request.Headers.Authorization.ToString().StartsWith("AWS ", StringComparison.Ordinal);

    public AwsError Missing() => Speaks switch
    {
        Kind.S3 when IsVersion2 => new AwsError("InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."),
        Kind.S3 => Denied("AccessDenied", "Access Denied"),
        Kind.Query => Denied("MissingAuthenticationToken", "Request is missing Authentication Token"),
        _ => Denied("MissingAuthenticationTokenException", "Missing Authentication Token"),
    };

    public AwsError UnknownKey() => Speaks switch
    {
        Kind.S3 => Denied("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
        Kind.Query => Denied("InvalidClientTokenId", "The security token included in the request is invalid."),
        _ => Denied("UnrecognizedClientException", "The security token included in the request is invalid."),
    };

    public AwsError BadToken() => Speaks == Kind.S3 ? new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.") : UnknownKey();

    public AwsError Mismatch()
    {
        const string message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";
        return Denied(Speaks == Kind.Json ? "InvalidSignatureException" : "SignatureDoesNotMatch", message);
    }

    public AwsError PayloadMismatch() => Speaks == Kind.S3
        ? new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        : Mismatch();

    public AwsError Expired(SignedRequest signed, DateTimeOffset now) => Speaks == Kind.S3
        ? Denied("AccessDenied", "Request has expired")
        : Denied(Speaks == Kind.Json ? "InvalidSignatureException" : "SignatureDoesNotMatch", $"Signature expired: {signed.Stamp} is now earlier than {now - signed.Validity:yyyyMMdd'T'HHmmss'Z'}");

    public AwsError Skewed(SignedRequest signed, DateTimeOffset now) => Speaks == Kind.S3
        ? Denied("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
        : Denied(Speaks == Kind.Json ? "InvalidSignatureException" : "SignatureDoesNotMatch", $"Signature {(signed.Time < now ? "expired" : "not yet current")}: {signed.Stamp}, the time is {now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'} (15 min.)");

    private static AwsError Denied(string code, string message) => new(code, message, 403);
}
