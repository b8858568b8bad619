using System.Text.RegularExpressions;
using Isobar.Core.Results;

namespace Isobar.Aws.S3;

/// <summary>Buckets themselves.</summary>
internal static partial class BucketOperations
{
    public static async Task<S3Error?> CreateAsync(S3Call call)
    {
        if (CheckName(call.BucketName) is { } bad) return bad;
        if (RequestTerms.CheckBucket(call) is { } term) return term;
        string? constraint = null;
        if (call.Request.ContentLength is > 0 || call.Request.Headers.TransferEncoding.Count > 0)
        {
            var (root, error) = await S3Xml.ReadAsync(call, "CreateBucketConfiguration").ConfigureAwait(false);
            if (root is null) return error;
            constraint = root.Child("LocationConstraint") is { Length: > 0 } given ? given : null;
        }
        if (CheckLocation(call.Region, constraint) is { } misplaced) return misplaced;
        var made = await call.Objects.CreateBucketAsync(call.Bucket, constraint, call.Aborted).ConfigureAwait(false);
        // Repeating the creation of an own bucket succeeds in us-east-1 and nowhere else.
        if (made.Error is { Code: ErrorCode.AlreadyExists } && !(call.Region == S3Names.DefaultRegion && await IsHomeAsync(call).ConfigureAwait(false)))
            return new S3Error("BucketAlreadyOwnedByYou", 409, "Your previous request to create the named bucket succeeded and you already own it.") { Details = [("BucketName", call.BucketName)] };
        if (made.Error is { Code: not ErrorCode.AlreadyExists } other) return S3Error.From(other, call);
        call.Response.Headers.Location = "/" + call.BucketName;
        call.Response.Headers["x-amz-bucket-arn"] = "arn:aws:s3:::" + call.BucketName;
        return null;
    }

    public static async Task<S3Error?> HeadAsync(S3Call call)
    {
        var found = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var bucket, out var error)) return S3Error.From(error, call);
        call.Response.Headers["x-amz-bucket-region"] = bucket.Location ?? S3Names.DefaultRegion;
        call.Response.Headers["x-amz-access-point-alias"] = "false";
        call.Response.Headers["x-amz-bucket-arn"] = "arn:aws:s3:::" + call.BucketName;
        call.Response.ContentType = "application/xml";
        return null;
    }

    public static async Task<S3Error?> ListAsync(S3Call call)
    {
        if (call.Query.Count("max-buckets", 10_000, 10_000) is not { } limit || limit == 0)
            return S3Error.InvalidArgument("max-buckets", call.Query["max-buckets"], "Argument max-buckets must be an integer between 1 and 10000");
        var prefix = call.Query["prefix"] ?? "";
        var after = call.Query["continuation-token"] ?? "";
        var region = call.Query["bucket-region"];
        var all = (await call.Objects.ListBucketsAsync(S3Names.Realm, call.Aborted).ConfigureAwait(false))
            .Where(b => b.Name.Name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(b.Name.Name, after) > 0)
            .Where(b => region is null || (b.Location ?? S3Names.DefaultRegion) == region)
            .ToList();
        await S3Xml.WriteAsync(call, "ListAllMyBucketsResult", xml =>
        {
            xml.Owner();
            xml.WriteStartElement("Buckets");
            foreach (var bucket in all.Take(limit))
            {
                xml.WriteStartElement("Bucket");
                xml.WriteElementString("Name", bucket.Name.Name);
                xml.WriteElementString("CreationDate", S3Xml.Time(bucket.Created));
                xml.WriteElementString("BucketRegion", bucket.Location ?? S3Names.DefaultRegion);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            if (all.Count > limit) xml.WriteElementString("ContinuationToken", all[limit - 1].Name.Name);
            if (prefix.Length > 0) xml.WriteElementString("Prefix", prefix);
        }).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> DeleteAsync(S3Call call)
    {
        var gone = await call.Objects.DeleteBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (gone.Error is { Code: ErrorCode.FailedPrecondition })
            return new S3Error("BucketNotEmpty", 409, "The bucket you tried to delete is not empty") { Details = [("BucketName", call.BucketName)] };
        if (gone.Error is { } error) return S3Error.From(error, call);
        call.Response.StatusCode = 204;
        return null;
    }

    public static async Task<S3Error?> LocationAsync(S3Call call)
    {
        var found = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var bucket, out var error)) return S3Error.From(error, call);
        await S3Xml.WriteAsync(call, "LocationConstraint", xml => xml.WriteString(bucket.Location ?? "")).ConfigureAwait(false);
        return null;
    }

    private static async Task<bool> IsHomeAsync(S3Call call) =>
        (await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false)) is { IsOk: true } found && found.Value.Location is null;

    /// <summary>The rules for general purpose buckets.</summary>
    public static S3Error? CheckName(string name)
    {
        var ok = Name().IsMatch(name)
            && !name.Contains("..", StringComparison.Ordinal)
            && !Address().IsMatch(name)
            && !name.StartsWith("xn--", StringComparison.Ordinal) && !name.StartsWith("sthree-", StringComparison.Ordinal) && !name.StartsWith("amzn-s3-demo-", StringComparison.Ordinal)
            && !name.EndsWith("-s3alias", StringComparison.Ordinal) && !name.EndsWith("--ol-s3", StringComparison.Ordinal) && !name.EndsWith("--x-s3", StringComparison.Ordinal) && !name.EndsWith(".mrap", StringComparison.Ordinal);
        return ok ? null : new S3Error("InvalidBucketName", 400, "The specified bucket is not valid.") { Details = [("BucketName", name)] };
    }

    private static S3Error? CheckLocation(string region, string? constraint) => constraint switch
    {
        S3Names.DefaultRegion => new S3Error("InvalidLocationConstraint", 400, "The specified location-constraint is not valid") { Details = [("LocationConstraint", constraint)] },
        null when region != S3Names.DefaultRegion => new S3Error("IllegalLocationConstraintException", 400, "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."),
        not null and not "EU" when region != S3Names.DefaultRegion && constraint != region => new S3Error("IllegalLocationConstraintException", 400, $"The {constraint} location constraint is incompatible for the region specific endpoint this request was sent to."),
        _ => null,
    };

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+$")]
    private static partial Regex Address();

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex Name();
}
