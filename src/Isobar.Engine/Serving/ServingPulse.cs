using Isobar.Engine.Metering;
using Isobar.Engine.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Serving;

/// <summary>Once a second: the counters of the variants become metrics, instance-seconds and invocations become usage, and idle models are let go.</summary>
internal sealed class ServingPulse(Endpoints endpoints, IMetricStore metrics, IMeter meter, IEnumerable<IServingMetricsNames> dialects, TimeProvider time, ILogger<ServingPulse> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, IServingMetricsNames> _names = dialects.ToDictionary(d => d.Owner);
    private readonly NeutralServingMetricsNames _neutral = new();
    private long _last = time.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) await BeatAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host ends.
        }
        // The last second counts as well.
        await BeatAsync().ConfigureAwait(false);
    }

    /// <summary>One beat.</summary>
    internal async Task BeatAsync()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_last, now);
        _last = now;
        foreach (var variant in endpoints.LiveVariants)
        {
            try
            {
                Post(variant, elapsed);
                await variant.TickAsync(elapsed).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                log.LogError(e, "The variant {Variant} of {Endpoint} could not be measured", variant.Spec.Name, variant.Endpoint.Id);
            }
        }
    }

    private void Post(Variant variant, TimeSpan elapsed)
    {
        var endpoint = variant.Endpoint;
        var utc = time.GetUtcNow();
        var instances = variant.CurrentCount;
        if (instances > 0)
            meter.Post(new Usage(endpoint.Owner, endpoint.Region, "hosting", variant.Spec.InstanceType, "instance-seconds", instances * elapsed.TotalSeconds, endpoint.Id, utc, endpoint.Tags));
        var (invocations, clientErrors, serverErrors) = variant.Counters.Take();
        if (invocations == 0) return;
        meter.Post(new Usage(endpoint.Owner, endpoint.Region, "hosting", variant.Spec.InstanceType, "invocations", invocations, endpoint.Id, utc, endpoint.Tags));
        var names = _names.GetValueOrDefault(endpoint.Owner, _neutral);
        Record(ServingMetric.Invocations, [(1, invocations)]);
        Record(ServingMetric.InvocationsPerInstance, [(1.0 / Math.Max(1, instances), invocations)]);
        Record(ServingMetric.ClientErrors, [(1, clientErrors), (0, invocations - clientErrors)]);
        Record(ServingMetric.ServerErrors, [(1, serverErrors), (0, invocations - serverErrors)]);
        Record(ServingMetric.ModelLatency, variant.Counters.Model.Take());
        Record(ServingMetric.OverheadLatency, variant.Counters.Overhead.Take());
        Record(ServingMetric.ColdStart, variant.Counters.Cold.Take());

        void Record(ServingMetric metric, List<(double Value, long Count)> values)
        {
            if (values.Count > 0 && names.Name(endpoint, variant.Spec.Name, metric) is { } id) metrics.Record(id, values, names.Unit(metric), utc);
        }
    }
}

/// <summary>Names for clouds that have none of their own.</summary>
internal sealed class NeutralServingMetricsNames : IServingMetricsNames
{
    public string Owner => "";

    public MetricId? Name(EndpointSpec endpoint, string variant, ServingMetric metric) =>
        MetricId.Of(endpoint.Owner, "isobar/serving", metric.ToString(), KeyValuePair.Create("endpoint", endpoint.Name), KeyValuePair.Create("variant", variant));

    public string Unit(ServingMetric metric) => metric is ServingMetric.ModelLatency or ServingMetric.OverheadLatency or ServingMetric.ColdStart ? "Microseconds" : "Count";
}
