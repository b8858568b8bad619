using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.ModelMonitoring;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Endpoints;

/// <summary>Which requests of an endpoint are kept: those that its own configuration wants, else those that a monitoring job of it wants.</summary>
internal sealed class RequestLogging(IStateStore state, IEndpoints engine)
{
    private const string Field = "endpoint.predict_request_response_logging_config";
    private readonly ResourceTable<ModelDeploymentMonitoringJob> _jobs = new(state, MonitoringJobs.Collection);

    /// <summary>Refuses what cannot be done. Vertex AI logs to BigQuery; what stands in for it here is a prefix of Cloud Storage.</summary>
    public static void Check(Endpoint endpoint)
    {
        if (endpoint.PredictRequestResponseLoggingConfig is not { Enabled: true } config) return;
        if (config.SamplingRate is not (> 0 and <= 1)) throw Faults.Invalid($"{Field}.sampling_rate", config.SamplingRate.ToString(CultureInfo.InvariantCulture), "above 0, up to 1");
        var target = config.BigqueryDestination?.OutputUri ?? "";
        if (!target.StartsWith("gs://", StringComparison.Ordinal)) throw Faults.Unimplemented($"{Field}.bigquery_destination.output_uri '{target}': there is no BigQuery here. Give gs://bucket/prefix, and requests are kept there as JSON Lines.");
        Gcs.Parse(target, $"{Field}.bigquery_destination.output_uri");
    }

    public async Task<CaptureSpec?> OfAsync(Endpoint endpoint, CancellationToken ct)
    {
        if (endpoint.PredictRequestResponseLoggingConfig is { Enabled: true } config) return new CaptureSpec(config.SamplingRate * 100, Gcs.Parse(config.BigqueryDestination.OutputUri, Field));
        var name = ResourceName.Parse(endpoint.Name, EndpointStore.Endpoints);
        var rates = (await _jobs.ListAsync($"{name.Parent}/{MonitoringJobs.Collection}/", ct).ConfigureAwait(false)).Where(j => j.Value.Endpoint == endpoint.Name).Select(j => MonitoringPlanner.SampleRate(j.Value)).ToList();
        return rates.Count == 0 ? null : new CaptureSpec(rates.Max() * 100, MonitoringStorage.Traffic(name));
    }

    /// <summary>Brings a live endpoint to what is wanted now; its weights and replicas stay.</summary>
    public async Task RefreshAsync(Endpoint endpoint, CancellationToken ct)
    {
        var wanted = await OfAsync(endpoint, ct).ConfigureAwait(false);
        var id = ResourceName.Parse(endpoint.Name, EndpointStore.Endpoints).Engine;
        if (!(await engine.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var live, out _)) return;
        if (live.Spec.Capture?.Target == wanted?.Target && live.Spec.Capture?.SamplingPercentage == wanted?.SamplingPercentage) return;
        (await engine.UpdateAsync(live.Spec with { Capture = wanted }, keepCapacity: true, ct).ConfigureAwait(false)).OrThrow();
    }
}
