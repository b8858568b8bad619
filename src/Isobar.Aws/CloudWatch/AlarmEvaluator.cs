using System.Globalization;
using Isobar.Engine.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Aws.CloudWatch;

/// <summary>What an alarm does when it changes its state; asked with the ARN that the alarm names.</summary>
internal interface IAlarmAction
{
    /// <summary>Does it, if the ARN is one of its own. <paramref name="beyond"/>: how far the newest value is above the threshold.</summary>
    Task InvokeAsync(string arn, double beyond, CancellationToken ct);
}

/// <summary>Evaluates every alarm each 10 s: M of the last N periods beyond the threshold raise it.</summary>
internal sealed class AlarmEvaluator(AlarmStore alarms, IMetricStore metrics, IEnumerable<IAlarmAction> actions, TimeProvider time, ILogger<AlarmEvaluator> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public async Task EvaluateAsync(CancellationToken ct)
    {
        foreach (var document in await alarms.ListAsync(null, ct)) await EvaluateAsync(document.Id, document.Value, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try { await EvaluateAsync(stoppingToken); }
                catch (Exception e) when (e is not OperationCanceledException) { logger.LogError(e, "Alarms could not be evaluated"); }
            }
        }
        catch (OperationCanceledException) { /* The server ends. */ }
    }

    private async Task EvaluateAsync(string id, MetricAlarm alarm, CancellationToken ct)
    {
        var period = TimeSpan.FromSeconds(alarm.Period!.Value);
        var count = alarm.EvaluationPeriods!.Value;
        var now = time.GetUtcNow();
        var end = new DateTimeOffset(now.UtcTicks - now.UtcTicks % period.Ticks, TimeSpan.Zero);
        var start = end - count * period;
        var points = await metrics.ReadAsync(MetricQueries.IdOf(alarm.Namespace!, alarm.MetricName!, alarm.Dimensions), start, end, ct);
        var values = Statistics.Slots(points, period).ToDictionary(s => s.Start, s => Statistics.Of(s, alarm.Statistic ?? alarm.ExtendedStatistic ?? "Average"));
        var wanted = alarm.DatapointsToAlarm ?? count;
        var breaching = values.Values.Count(v => Breaches(alarm, v));
        var missing = count - values.Count;
        if (alarm.TreatMissingData == "breaching") breaching += missing;
        var state = breaching >= wanted ? "ALARM"
            : values.Count == 0 && alarm.TreatMissingData == "missing" ? "INSUFFICIENT_DATA"
            : values.Count == 0 && alarm.TreatMissingData == "ignore" ? alarm.StateValue!
            : "OK";
        var newest = values.Count > 0 ? values.MaxBy(v => v.Key).Value : double.NaN;
        if (state != alarm.StateValue)
        {
            var reason = state == "INSUFFICIENT_DATA" ? $"Insufficient Data: {count} datapoints were unknown."
                : string.Create(CultureInfo.InvariantCulture, $"Threshold Crossed: {breaching} of the last {count} datapoints were {alarm.ComparisonOperator} {alarm.Threshold} (newest: {newest}; {wanted} needed for ALARM).");
            await alarms.SetStateAsync(id, state, reason, null, ct);
        }
        // A scaling policy is asked at each evaluation while the alarm is on: it has a cooldown of its own.
        if (alarm.ActionsEnabled == false || (state == alarm.StateValue && state != "ALARM")) return;
        foreach (var arn in (state switch { "ALARM" => alarm.AlarmActions, "OK" => alarm.OKActions, _ => alarm.InsufficientDataActions }) ?? [])
            foreach (var action in actions) await action.InvokeAsync(arn, newest - alarm.Threshold!.Value, ct);
    }

    private static bool Breaches(MetricAlarm alarm, double value) => alarm.ComparisonOperator switch
    {
        "GreaterThanThreshold" => value > alarm.Threshold,
        "GreaterThanOrEqualToThreshold" => value >= alarm.Threshold,
        "LessThanThreshold" => value < alarm.Threshold,
        _ => value <= alarm.Threshold,
    };
}
