using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>Where monitoring keeps what it works on. Vertex AI keeps traffic in BigQuery; here that is a bucket of the engine's that Cloud Storage does not show.</summary>
internal sealed class MonitoringStorage(IObjectStore objects)
{
    private static readonly BucketName Hidden = new("gcp.monitoring", "monitoring");

    /// <summary>The traffic of an endpoint.</summary>
    public static ObjectLocation Traffic(ResourceName endpoint) => new(Hidden, $"traffic/{endpoint.Project}/{endpoint.Location}");

    /// <summary>The folder of a job: below the one that the user named, or hidden.</summary>
    public static ObjectLocation Folder(ResourceName job, ModelDeploymentMonitoringJob wanted) => wanted.StatsAnomaliesBaseDirectory is { OutputUriPrefix: { Length: > 0 } prefix }
        ? Gcs.Parse(prefix, "model_deployment_monitoring_job.stats_anomalies_base_directory.output_uri_prefix").Below(job.Id)
        : new ObjectLocation(Hidden, $"jobs/{job.Project}/{job.Location}/{job.Id}");

    /// <summary>A file of reports as Cloud Storage names it; empty where it is hidden.</summary>
    public static string Uri(ObjectLocation? report, string file) => report is { } at && at.Bucket != Hidden ? Gcs.Uri(at.Below(file)) : "";

    public async Task PrepareAsync(CancellationToken ct)
    {
        if ((await objects.CreateBucketAsync(Hidden, null, ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.AlreadyExists } error) throw Faults.Of(error);
    }

    public async Task PutAsync(ObjectLocation at, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var put = await objects.PutAsync(at.Bucket, at.Key, new MemoryStream(content.ToArray()), new PutOptions { ContentType = "application/json" }, ct).ConfigureAwait(false);
        if (put.Error is { } error) throw Faults.Invalid("model_deployment_monitoring_job.stats_anomalies_base_directory", at.Bucket.Name, error.Message);
    }
}
