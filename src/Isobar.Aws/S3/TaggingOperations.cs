namespace Isobar.Aws.S3;

/// <summary>Tags of buckets and objects.</summary>
internal static class TaggingOperations
{
    public static async Task<S3Error?> GetBucketAsync(S3Call call)
    {
        var found = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var bucket, out var error)) return S3Error.From(error, call);
        if (bucket.Tags.Count == 0) return new S3Error("NoSuchTagSet", 404, "The TagSet does not exist") { Details = [("BucketName", call.BucketName)] };
        await S3Xml.WriteAsync(call, "Tagging", xml => S3Tags.Write(xml, bucket.Tags)).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> PutBucketAsync(S3Call call)
    {
        var (root, error) = await S3Xml.ReadAsync(call, "Tagging").ConfigureAwait(false);
        if (root is null) return error;
        var (tags, bad) = S3Tags.Parse(root, S3Tags.MaxBucketTags);
        return bad ?? await ChangeBucketAsync(call, tags).ConfigureAwait(false);
    }

    public static Task<S3Error?> DeleteBucketAsync(S3Call call) => ChangeBucketAsync(call, []);

    public static async Task<S3Error?> GetObjectAsync(S3Call call)
    {
        var (info, error) = await ObjectReads.FindAsync(call).ConfigureAwait(false);
        if (info is null) return error;
        ObjectHeaders.WriteVersion(call, info);
        await S3Xml.WriteAsync(call, "Tagging", xml => S3Tags.Write(xml, info.Tags)).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> PutObjectAsync(S3Call call)
    {
        var (root, error) = await S3Xml.ReadAsync(call, "Tagging").ConfigureAwait(false);
        if (root is null) return error;
        var (tags, bad) = S3Tags.Parse(root, S3Tags.MaxObjectTags);
        return bad ?? await ChangeObjectAsync(call, tags, 200).ConfigureAwait(false);
    }

    public static Task<S3Error?> DeleteObjectAsync(S3Call call) => ChangeObjectAsync(call, [], 204);

    private static async Task<S3Error?> ChangeBucketAsync(S3Call call, Dictionary<string, string> tags)
    {
        var changed = await call.Objects.ChangeBucketAsync(call.Bucket, b => b with { Tags = tags }, call.Aborted).ConfigureAwait(false);
        if (changed.Error is { } fault) return S3Error.From(fault, call);
        call.Response.StatusCode = 204;
        return null;
    }

    private static async Task<S3Error?> ChangeObjectAsync(S3Call call, Dictionary<string, string> tags, int status)
    {
        var (found, error) = await ObjectReads.FindAsync(call).ConfigureAwait(false);
        if (found is null) return error;
        var changed = await call.Objects.ChangeAsync(call.Bucket, call.Key, call.VersionId, o => o with { Tags = tags }, call.Aborted).ConfigureAwait(false);
        if (!changed.TryGet(out var info, out var fault)) return S3Error.From(fault, call);
        ObjectHeaders.WriteVersion(call, info);
        call.Response.StatusCode = status;
        return null;
    }
}
