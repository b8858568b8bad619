using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>Versioning of a bucket.</summary>
internal static class BucketSettings
{
    public static async Task<S3Error?> GetVersioningAsync(S3Call call)
    {
        var found = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var bucket, out var error)) return S3Error.From(error, call);
        await S3Xml.WriteAsync(call, "VersioningConfiguration", xml =>
        {
            if (bucket.Versioning != VersioningState.Off) xml.WriteElementString("Status", bucket.Versioning.ToString());
        }).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> PutVersioningAsync(S3Call call)
    {
        var (root, error) = await S3Xml.ReadAsync(call, "VersioningConfiguration").ConfigureAwait(false);
        if (root is null) return error;
        if (root.Child("MfaDelete") is "Enabled") return S3Error.NotImplemented("MFA delete");
        VersioningState? state = root.Child("Status") switch { "Enabled" => VersioningState.Enabled, "Suspended" => VersioningState.Suspended, _ => null };
        if (state is not { } wanted) return new S3Error("IllegalVersioningConfigurationException", 400, "The Versioning element must be specified");
        var changed = await call.Objects.ChangeBucketAsync(call.Bucket, b => b with { Versioning = wanted }, call.Aborted).ConfigureAwait(false);
        return changed.Error is { } fault ? S3Error.From(fault, call) : null;
    }
}
