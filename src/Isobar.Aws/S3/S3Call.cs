using Isobar.Aws.Protocols;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.S3;

/// <summary>One request on its way through the emulator.</summary>
internal sealed class S3Call(AwsRequest request, S3Target target, IObjectStore objects, TimeProvider time)
{
    public HttpContext Http { get; } = request.Http;
    public IObjectStore Objects { get; } = objects;
    public TimeProvider Time { get; } = time;
    public S3Query Query { get; } = target.Query;

    /// <summary>The bucket as written; empty at the service level.</summary>
    public string BucketName { get; } = target.Bucket;
    public BucketName Bucket => new(S3Names.Realm, BucketName);
    public string Key { get; } = target.Key;

    /// <summary>The account that the client signed for.</summary>
    public string Account => request.Caller.Account;
    public string Resource { get; } = target.Bucket.Length == 0 ? "/" : target.Key.Length == 0 ? $"/{target.Bucket}" : $"/{target.Bucket}/{target.Key}";

    /// <summary>The region that the client signed for.</summary>
    public string Region { get; } = request.Scope is { Region.Length: > 0 } scope ? scope.Region : S3Names.DefaultRegion;
    public string RequestId { get; } = Convert.ToHexString(Guid.NewGuid().ToByteArray().AsSpan(0, 8));
    public string HostId { get; } = Convert.ToBase64String([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]);
    public CancellationToken Aborted => Http.RequestAborted;
    public HttpRequest Request => Http.Request;
    public HttpResponse Response => Http.Response;

    /// <summary>A header's value, or null where it is missing or empty.</summary>
    public string? Header(string name) => Request.Headers.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The version that the request names, or null.</summary>
    public string? VersionId => Query["versionId"] is { Length: > 0 } version ? version : null;
}
