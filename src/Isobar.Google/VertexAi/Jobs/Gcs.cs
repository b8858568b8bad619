using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.Storage;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary>Addresses of Cloud Storage.</summary>
internal static class Gcs
{
    private const string Scheme = "gs://";

    /// <summary>Reads <c>gs://bucket/key</c>.</summary>
    public static ObjectLocation Parse(string uri, string field)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal)) throw Faults.Invalid(field, uri, "must look like gs://bucket/path");
        var slash = uri.IndexOf('/', Scheme.Length);
        var bucket = slash < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..slash];
        return StorageNames.IsBucket(bucket) ? new ObjectLocation(new BucketName(StorageNames.Realm, bucket), slash < 0 ? "" : uri[(slash + 1)..]) : throw Faults.Invalid(field, uri, "must look like gs://bucket/path");
    }

    public static string Uri(ObjectLocation at) => $"{Scheme}{at.Bucket.Name}/{at.Key}";
}
