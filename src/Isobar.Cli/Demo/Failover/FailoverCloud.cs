using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo.Failover;

/// <summary>Brings an artifact to a cloud and serves it there.</summary>
internal static class FailoverCloud
{
    public static async Task<Error?> ServeAsync(ICloud cloud, DataLocation at, byte[] artifact, string algorithm, string endpoint, TimeProvider time, CancellationToken ct)
    {
        if ((await cloud.Objects.EnsureBucketAsync(at.Bucket, ct)).Error is { } noBucket) return noBucket;
        if ((await cloud.Objects.PutAsync(at, new MemoryStream(artifact), "application/gzip", ct)).Error is { } unput) return unput;
        if ((await cloud.Models.RegisterAsync(new(endpoint, at) { Algorithm = algorithm }, ct)).Error is { } refused) return refused;
        if ((await cloud.Serving.DeployAsync(new(endpoint, [new("all", endpoint)]), ct)).Error is { } undeployed) return undeployed;
        return (await Watching.UntilInServiceAsync(cloud, endpoint, time, ct)).Error;
    }
}
