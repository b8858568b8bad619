using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Metrics;
using Isobar.Engine.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.Scaling;

/// <summary>Gives deployments with a target of utilization more instances, and fewer.</summary>
internal sealed class UtilizationScaler(ArmStore store, IEndpoints engine, IMetricStore metrics, TimeProvider time, ILogger<UtilizationScaler> logger) : BackgroundService
{
    private const int Slots = 10;
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(30), Tick = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try { await EvaluateAsync(stoppingToken).ConfigureAwait(false); }
                catch (Exception e) when (e is not OperationCanceledException) { logger.LogError(e, "Deployments could not be scaled"); }
            }
        }
        catch (OperationCanceledException) { /* The server ends. */ }
    }

    /// <summary>Looks at every deployment whose time it is.</summary>
    public async Task EvaluateAsync(CancellationToken ct)
    {
        foreach (var info in await engine.ListAsync("azure", ct).ConfigureAwait(false))
        {
            if (info.Spec.Owner != "azure" || info.State != EndpointState.InService) continue;
            foreach (var variant in info.Variants.Where(v => !v.Shadow)) await EvaluateAsync(info, variant, ct).ConfigureAwait(false);
        }
    }

    // 1. Whose time it is. 2. How busy it is. 3. Another number of instances, which the deployment tells as its capacity.
    private async Task EvaluateAsync(EndpointInfo info, VariantStatus variant, CancellationToken ct)
    {
        // 1.
        var id = ArmId.Parse(info.Spec.Id["azure".Length..]).Child(EndpointNames.Deployments, variant.Name);
        if (await store.FindAsync(id, ct).ConfigureAwait(false) is not { } deployment || UtilizationTarget.Read((JsonObject)deployment.Properties.DeepClone()) is not { } target) return;
        var now = time.GetUtcNow();
        if (_seen.TryGetValue(id.Key, out var last) && now - last < target.Every) return;
        _seen[id.Key] = now;

        // 2.
        var atOnce = (int?)(deployment.Properties["requestSettings"] as JsonObject)?["maxConcurrentRequestsPerInstance"] ?? 1;
        var desired = target.Desired(variant.DesiredCount, Math.Max(1, atOnce), await BusyAsync(info, variant, now, ct).ConfigureAwait(false));
        if (desired == variant.DesiredCount) return;

        // 3. An endpoint that is being changed is looked at again at the next turn.
        var set = await engine.SetWeightsAndCapacitiesAsync(info.Spec.Id, [new VariantChange(variant.Name, Count: desired)], ct).ConfigureAwait(false);
        if (!set.IsOk) return;
        logger.LogInformation("{Deployment} has {Count} instances instead of {Before}", id.Text, desired, variant.DesiredCount);
        await store.ChangeAsync(id, r =>
        {
            var body = (JsonObject)r.Body.DeepClone();
            if (body["sku"] is not JsonObject sku) body["sku"] = sku = new JsonObject { ["name"] = "Default" };
            sku["capacity"] = desired;
            return r with { Body = body };
        }, ct).ConfigureAwait(false);
    }

    private async Task<(double Now, double Most)> BusyAsync(EndpointInfo info, VariantStatus variant, DateTimeOffset now, CancellationToken ct)
    {
        var seconds = new double[Slots];
        foreach (var metric in new[] { ServingMetric.ModelLatency, ServingMetric.OverheadLatency })
        {
            var id = new ServingMetricId(info.Spec, variant.Name, metric).Id;
            foreach (var point in await metrics.ReadAsync(id, now - Slots * Slot, now, ct).ConfigureAwait(false))
                seconds[Math.Clamp((int)((now - point.Start) / Slot), 0, Slots - 1)] += point.Sum / 1e6;
        }
        return (seconds[0] / Slot.TotalSeconds, seconds.Max() / Slot.TotalSeconds);
    }

    /// <summary>The engine's own name of a measure: Azure has none of its own here.</summary>
    private readonly record struct ServingMetricId(EndpointSpec Endpoint, string Variant, ServingMetric Metric)
    {
        public MetricId Id => MetricId.Of(Endpoint.Owner, "isobar/serving", Metric.ToString(), KeyValuePair.Create("endpoint", Endpoint.Name), KeyValuePair.Create("variant", Variant));
    }
}
