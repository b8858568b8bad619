using Isobar.Aws.Protocols;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Resources;

/// <summary>Checks inputs when a job is created, as SageMaker does: a missing input is refused then, not minutes later.</summary>
internal sealed class S3Inputs(IObjectStore objects)
{
    public async Task<AwsError?> MissingAsync(AwsCaller caller, string uri, ObjectLocation place, string? role, CancellationToken ct)
    {
        var found = await objects.ListAsync(place.Bucket, new ObjectQuery(place.Key, Limit: 1), ct);
        if (found.TryGet(out var page, out _) && page.Objects.Count > 0) return null;
        return SageMakerErrors.Invalid($"No S3 objects found under S3 URL \"{uri}\" given in input data source. Please ensure that the bucket exists in the selected region ({caller.Region}), " +
            $"that objects exist under that S3 prefix, and that the role \"{role}\" has \"s3:ListBucket\" permissions on bucket \"{place.Bucket.Name}\".");
    }
}
