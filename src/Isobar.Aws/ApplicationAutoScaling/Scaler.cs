using System.Globalization;
using Isobar.Aws.CloudWatch;
using Isobar.Engine.Metrics;
using Isobar.Engine.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Aws.ApplicationAutoScaling;

/// <summary>
/// Keeps variants at their policies' targets. As on AWS, a metric must be above its target for three minutes before instances are added,
/// and below nine tenths of it for fifteen before any are taken away; step policies act when an alarm names them.
/// </summary>
internal sealed class Scaler(ScalingStore store, IEndpoints endpoints, IMetricStore metrics, TimeProvider time, ILogger<Scaler> logger) : BackgroundService, IAlarmAction
{
    public const int OutMinutes = 3, InMinutes = 15, DefaultCooldown = 300;
    private const double InShare = 0.9;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15), Minute = TimeSpan.FromMinutes(1);

    public async Task InvokeAsync(string arn, double beyond, CancellationToken ct)
    {
        if (await store.PolicyAsync(arn, ct) is not { } found || found.Policy.StepScalingPolicyConfiguration is not { } steps) return;
        if (await store.TargetAsync(found.Place, found.Policy.ResourceId, ct) is not { } target || await CountAsync(found.Place, target, ct) is not { } current) return;
        var step = steps.StepAdjustments!.FirstOrDefault(s => beyond >= (s.MetricIntervalLowerBound ?? double.NegativeInfinity) && beyond < (s.MetricIntervalUpperBound ?? double.PositiveInfinity));
        if (step is null) return;
        var desired = steps.AdjustmentType switch
        {
            "ExactCapacity" => step.ScalingAdjustment!.Value,
            "PercentChangeInCapacity" => current + Percent(current, step.ScalingAdjustment!.Value, steps.MinAdjustmentMagnitude ?? 0),
            _ => current + step.ScalingAdjustment!.Value,
        };
        await ScaleAsync(found.Place, target, found.Policy, current, desired, steps.Cooldown ?? DefaultCooldown, $"alarm in state ALARM triggered policy {found.Policy.PolicyName}", ct);
    }

    public async Task EvaluateAsync(CancellationToken ct)
    {
        foreach (var (place, target) in await store.TargetsAsync(null, ct))
        {
            if (await CountAsync(place, target, ct) is not { } current) continue;
            await KeepBoundsAsync(place, target, current, ct);
            foreach (var policy in await store.PoliciesAsync(place, target.ResourceId, ct))
                if (policy.TargetTrackingScalingPolicyConfiguration is { } tracking) await TrackAsync(place, target, policy, tracking, current, ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try { await EvaluateAsync(stoppingToken); }
                catch (Exception e) when (e is not OperationCanceledException) { logger.LogError(e, "Scaling policies could not be evaluated"); }
            }
        }
        catch (OperationCanceledException) { /* The server ends. */ }
    }

    private async Task TrackAsync(string place, ScalableTarget target, ScalingPolicy policy, TargetTrackingScalingPolicyConfiguration tracking, int current, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var end = new DateTimeOffset(now.UtcTicks - now.UtcTicks % Minute.Ticks, TimeSpan.Zero);
        var (id, statistic) = MetricOf(Variant.Of(place, target.ResourceId)!, tracking);
        var values = Statistics.Slots(await metrics.ReadAsync(id, end - InMinutes * Minute, end, ct), Minute).ToDictionary(s => s.Start, s => Statistics.Of(s, statistic));
        var goal = tracking.TargetValue!.Value;
        var recent = Enumerable.Range(1, OutMinutes).Select(i => values.TryGetValue(end - i * Minute, out var v) ? v : 0).ToArray();
        if (recent.All(v => v > goal))
        {
            // The metric is per instance: what all of them do now, shared so that each does its goal.
            var desired = (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Max(1, current) * recent.Average() / goal));
            await ScaleAsync(place, target, policy, current, desired, tracking.ScaleOutCooldown ?? DefaultCooldown, $"the metric was above {goal.ToString(CultureInfo.InvariantCulture)} for {OutMinutes} minutes; policy {policy.PolicyName}", ct);
            return;
        }
        if (tracking.DisableScaleIn == true || current <= target.MinCapacity || now - target.CreationTime < InMinutes * Minute) return;
        var quiet = Enumerable.Range(1, InMinutes).Select(i => values.TryGetValue(end - i * Minute, out var v) ? v : 0).ToArray();
        if (!quiet.All(v => v < InShare * goal)) return;
        var fewer = (int)Math.Ceiling(current * quiet.Max() / goal);
        await ScaleAsync(place, target, policy, current, Math.Min(fewer, current), tracking.ScaleInCooldown ?? DefaultCooldown, $"the metric was below {(InShare * goal).ToString(CultureInfo.InvariantCulture)} for {InMinutes} minutes; policy {policy.PolicyName}", ct);
    }

    private async Task KeepBoundsAsync(string place, ScalableTarget target, int current, CancellationToken ct)
    {
        if (current < target.MinCapacity) await ApplyAsync(place, target, target.MinCapacity, "the capacity was below the minimum", ct);
        else if (current > target.MaxCapacity) await ApplyAsync(place, target, target.MaxCapacity, "the capacity was above the maximum", ct);
    }

    private async Task ScaleAsync(string place, ScalableTarget target, ScalingPolicy policy, int current, int desired, int cooldown, string cause, CancellationToken ct)
    {
        desired = Math.Clamp(desired, target.MinCapacity, target.MaxCapacity);
        if (desired == current) return;
        if ((desired > current ? target.SuspendedState.DynamicScalingOutSuspended : target.SuspendedState.DynamicScalingInSuspended) == true) return;
        var last = (await store.ActivitiesAsync(place, target.ResourceId, ct)).FirstOrDefault(a => a.StatusCode == "Successful");
        if (last is not null && time.GetUtcNow() - last.StartTime < TimeSpan.FromSeconds(cooldown)) return;
        await ApplyAsync(place, target, desired, cause, ct);
    }

    private async Task ApplyAsync(string place, ScalableTarget target, int desired, string cause, CancellationToken ct)
    {
        var variant = Variant.Of(place, target.ResourceId)!;
        var started = time.GetUtcNow();
        var set = await endpoints.SetWeightsAndCapacitiesAsync(variant.EndpointId, [new VariantChange(variant.Name, Count: desired)], ct);
        await store.AddAsync(place, new ScalingActivity
        {
            ActivityId = Guid.NewGuid().ToString(), ServiceNamespace = Variant.Namespace, ResourceId = target.ResourceId, ScalableDimension = Variant.Dimension,
            Description = $"Setting desired instance count to {desired}.", Cause = cause, StartTime = started, EndTime = time.GetUtcNow(),
            StatusCode = set.IsOk ? "Successful" : "Failed",
            StatusMessage = set.Error is { } error ? error.Message : $"Successfully set desired instance count to {desired}. Change successfully fulfilled by sagemaker.",
        }, ct);
    }

    private async Task<int?> CountAsync(string place, ScalableTarget target, CancellationToken ct)
    {
        var variant = Variant.Of(place, target.ResourceId)!;
        var found = await endpoints.GetAsync(variant.EndpointId, ct);
        return found.TryGet(out var endpoint, out _) && endpoint.State == EndpointState.InService ? endpoint.Variants.FirstOrDefault(v => v.Name == variant.Name && !v.Shadow)?.DesiredCount : null;
    }

    private static (MetricId Id, string Statistic) MetricOf(Variant variant, TargetTrackingScalingPolicyConfiguration tracking) => tracking.CustomizedMetricSpecification is { } custom
        ? (MetricQueries.IdOf(custom.Namespace!, custom.MetricName!, custom.Dimensions), custom.Statistic ?? "Average")
        : (MetricQueries.IdOf("AWS/SageMaker", "InvocationsPerInstance", [new Dimension { Name = "EndpointName", Value = variant.Endpoint }, new Dimension { Name = "VariantName", Value = variant.Name }]), "Sum");

    private static int Percent(int current, int percent, int least)
    {
        var change = current * percent / 100.0;
        var whole = (int)(change > 0 ? Math.Ceiling(change) : Math.Floor(change));
        return Math.Abs(whole) >= least ? whole : Math.Sign(percent) * least;
    }
}
