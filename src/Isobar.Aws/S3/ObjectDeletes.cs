using System.Xml.Linq;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>DeleteObject and DeleteObjects.</summary>
internal static class ObjectDeletes
{
    private const int MaxKeys = 1000;

    public static async Task<S3Error?> DeleteAsync(S3Call call)
    {
        if (ObjectReads.CheckVersion(call.VersionId) is { } bad) return bad;
        if (call.Header("If-Match") is { } match && await CheckMatchAsync(call, match).ConfigureAwait(false) is { } miss) return miss;
        var gone = await call.Objects.DeleteAsync(call.Bucket, call.Key, call.VersionId, call.Aborted).ConfigureAwait(false);
        if (!gone.TryGet(out var info, out var error)) return S3Error.From(error, call);
        call.Response.StatusCode = 204;
        if (info is null)
        {
            if (call.VersionId is { } named) call.Response.Headers["x-amz-version-id"] = named;
            return null;
        }
        if (info.IsDeleteMarker) call.Response.Headers["x-amz-delete-marker"] = "true";
        if (call.VersionId is not null || info.IsDeleteMarker) call.Response.Headers["x-amz-version-id"] = info.Version();
        return null;
    }

    public static async Task<S3Error?> DeleteManyAsync(S3Call call)
    {
        var (root, error) = await S3Xml.ReadAsync(call, "Delete").ConfigureAwait(false);
        if (root is null) return error;
        var wanted = root.Children("Object").ToList();
        if (wanted.Count is 0 or > MaxKeys || wanted.Any(o => string.IsNullOrEmpty(o.Child("Key")))) return S3Error.MalformedXml;
        var bucket = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (bucket.Error is { } missing) return S3Error.From(missing, call);
        var quiet = root.Child("Quiet") is "true";
        // Asked for all at once, they share a commit.
        var outcomes = await Task.WhenAll(wanted.Select(o => DeleteOneAsync(call, o))).ConfigureAwait(false);
        await S3Xml.WriteAsync(call, "DeleteResult", xml =>
        {
            foreach (var (key, version, info, fault) in outcomes)
            {
                if (fault is null && quiet) continue;
                xml.WriteStartElement(fault is null ? "Deleted" : "Error");
                xml.WriteElementString("Key", key);
                if (version is not null) xml.WriteElementString("VersionId", version);
                if (fault is not null)
                {
                    xml.WriteElementString("Code", fault.Code);
                    xml.WriteElementString("Message", fault.Message);
                }
                else if (info is { IsDeleteMarker: true })
                {
                    xml.WriteElementString("DeleteMarker", "true");
                    xml.WriteElementString("DeleteMarkerVersionId", info.Version());
                }
                xml.WriteEndElement();
            }
        }).ConfigureAwait(false);
        return null;
    }

    private static async Task<(string Key, string? Version, ObjectInfo? Info, S3Error? Fault)> DeleteOneAsync(S3Call call, XElement wanted)
    {
        var key = wanted.Child("Key")!;
        var version = wanted.Child("VersionId") is { Length: > 0 } given ? given : null;
        if (ObjectReads.CheckVersion(version) is not null) return (key, version, null, S3Error.NoSuchVersion(key, version));
        var gone = await call.Objects.DeleteAsync(call.Bucket, key, version, call.Aborted).ConfigureAwait(false);
        return gone.TryGet(out var info, out var error) ? (key, version, info, null) : (key, version, null, S3Error.From(error, call));
    }

    private static async Task<S3Error?> CheckMatchAsync(S3Call call, string match)
    {
        var found = await call.Objects.HeadAsync(call.Bucket, call.Key, call.VersionId, call.Aborted).ConfigureAwait(false);
        if (found.Error is { Code: ErrorCode.NotFound } missing) return S3Error.From(missing, call);
        return match == "*" || found.Value.ETag == match.Trim('"') ? null : S3Error.PreconditionFailed("If-Match");
    }
}
