using Isobar.Aws.Protocols;

namespace Isobar.Aws.S3;

/// <summary>What a request asks for beside its operation. Terms that would not be kept are refused: an object that seems locked, secret or public and is not would be worse than an error.</summary>
internal static class RequestTerms
{
    private const string LockPrefix = "x-amz-object-lock-", GrantPrefix = "x-amz-grant-", CustomerKey = "x-amz-server-side-encryption-customer-algorithm";
    private static readonly string[] OwnersOnly = ["private", "bucket-owner-full-control", "bucket-owner-read"];

    /// <summary>Whether the bucket, and a copy's source, belong to whom the client expects.</summary>
    public static S3Error? CheckOwner(S3Call call)
    {
        foreach (var header in new[] { "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner" })
        {
            if (call.Header(header) is { } owner && owner != AwsCaller.DefaultAccount && owner != call.Account) return new S3Error("AccessDenied", 403, "Access Denied");
        }
        return null;
    }

    /// <summary>What a new object is to be: buckets here are as AWS makes them by default, without object lock and with their owner's control alone.</summary>
    public static S3Error? CheckWrite(S3Call call)
    {
        if (Any(call, LockPrefix)) return S3Error.InvalidRequest("Bucket is missing Object Lock Configuration");
        if (Public(call)) return new S3Error("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
        if (call.Header(CustomerKey) is not null) return S3Error.NotImplemented(CustomerKey);
        return call.Header("x-amz-write-offset-bytes") is not null ? S3Error.NotImplemented("x-amz-write-offset-bytes") : null;
    }

    /// <summary>What a new bucket is to be.</summary>
    public static S3Error? CheckBucket(S3Call call)
    {
        if (call.Header("x-amz-bucket-object-lock-enabled") is "true" or "True") return S3Error.NotImplemented("object lock");
        if (call.Header("x-amz-object-ownership") is { } ownership and not "BucketOwnerEnforced") return S3Error.NotImplemented($"x-amz-object-ownership: {ownership}");
        return Public(call) ? new S3Error("InvalidBucketAclWithObjectOwnership", 400, "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting") : null;
    }

    private static bool Public(S3Call call) => Any(call, GrantPrefix) || call.Header("x-amz-acl") is { } acl && !OwnersOnly.Contains(acl);

    private static bool Any(S3Call call, string prefix) => call.Request.Headers.Keys.Any(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
