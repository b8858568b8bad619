using System.Diagnostics.CodeAnalysis;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Resources;

/// <summary>S3 URIs as SageMaker takes them.</summary>
internal static class S3Place
{
    /// <summary>Reads <c>s3://bucket/key</c>, or the HTTPS forms with the bucket in the host or in the path.</summary>
    public static bool TryParse(string? uri, [NotNullWhen(true)] out ObjectLocation? place)
    {
        place = null;
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed)) return false;
        var path = Uri.UnescapeDataString(parsed.AbsolutePath).TrimStart('/');
        if (parsed.Scheme == "s3")
        {
            // The text itself, not the parsed URI: keys may hold what a URI would escape.
            var rest = uri!["s3://".Length..];
            var slash = rest.IndexOf('/');
            place = slash < 0 ? In(rest, "") : In(rest[..slash], rest[(slash + 1)..]);
        }
        else if (parsed.Scheme == "https" && parsed.Host.Contains(".s3", StringComparison.Ordinal))
        {
            place = In(parsed.Host[..parsed.Host.IndexOf(".s3", StringComparison.Ordinal)], path);
        }
        else if (parsed.Scheme == "https")
        {
            var slash = path.IndexOf('/');
            place = slash < 0 ? In(path, "") : In(path[..slash], path[(slash + 1)..]);
        }
        return place is { Bucket.Name.Length: > 0 };
    }

    public static ObjectLocation Below(ObjectLocation place, string key) =>
        place with { Key = place.Key.Length == 0 ? key : place.Key.TrimEnd('/') + "/" + key };

    public static string ToUri(ObjectLocation place) => $"s3://{place.Bucket.Name}/{place.Key}";

    private static ObjectLocation In(string bucket, string key) => new(new BucketName(SageMakerIds.Owner, bucket), key);
}
