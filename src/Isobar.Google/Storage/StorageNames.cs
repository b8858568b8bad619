using System.Text.RegularExpressions;

namespace Isobar.Google.Storage;

/// <summary>The literals of Cloud Storage, and the rules of its names.</summary>
internal static partial class StorageNames
{
    /// <summary>The name space of Google's buckets in the engine.</summary>
    public const string Realm = "gcp";
    public const string DefaultClass = "STANDARD";
    public const string DefaultLocation = "US";
    /// <summary>The largest object, and the largest upload: 5 TiB.</summary>
    public const long MaxObject = 5L << 40;
    /// <summary>The largest JSON document of a request.</summary>
    public const int MaxDocument = 1 << 20;

    // Kept with the object among its headers; none is ever sent under this name.
    public const string Metageneration = "x-goog-metageneration";
    public const string Updated = "x-goog-updated";
    public const string StorageClass = "x-goog-storage-class";
    public const string ComponentCount = "x-goog-component-count";
    public const string CustomTime = "x-goog-custom-time";
    public const string TemporaryHold = "x-goog-temporary-hold";
    public const string EventBasedHold = "x-goog-event-based-hold";

    // Kept with the bucket among its attachments.
    public const string BucketResource = "gcs.resource";
    public const string BucketMetageneration = "gcs.metageneration";
    public const string BucketProject = "gcs.project";
    public const string BucketUpdated = "gcs.updated";
    public const string BucketPolicy = "gcs.policy";

    /// <summary>Whether this may be the name of a bucket: 3 to 63 of a-z, 0-9, hyphen, underscore and dot (222 where dotted), letter or digit at the ends.</summary>
    public static bool IsBucket(string name) =>
        (name.Contains('.') ? name.Length is >= 3 and <= 222 && name.Split('.').All(p => p.Length is > 0 and <= 63) : name.Length is >= 3 and <= 63)
        && BucketPattern().IsMatch(name) && !name.StartsWith("goog", StringComparison.Ordinal) && !name.Contains("google", StringComparison.Ordinal) && !AddressPattern().IsMatch(name);

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]*[a-z0-9]$")]
    private static partial Regex BucketPattern();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+$")]
    private static partial Regex AddressPattern();
}
