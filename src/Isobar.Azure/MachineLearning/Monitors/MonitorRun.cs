using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>What a metric of a feature is, and whether it may be.</summary>
internal sealed record SignalResult(string Signal, string Feature, MetricThreshold Threshold, double Value)
{
    public bool IsViolated => Value > Threshold.Value;

    public string MetricName => $"{Signal}.{Feature}.{Threshold.Metric}";

    public JsonObject Show() => new() { ["signal"] = Signal, ["feature"] = Feature, ["dataType"] = Threshold.IsNumerical ? "Numerical" : "Categorical", ["metric"] = Threshold.Metric, ["value"] = Value, ["threshold"] = Threshold.Value, ["isViolated"] = IsViolated };
}

/// <summary>Measures the signals of a monitor.</summary>
internal sealed class MonitorRun(MonitorReader reader)
{
    public async Task<Result<IReadOnlyList<SignalResult>>> MeasureAsync(MlWorkspace workspace, IReadOnlyList<MonitorSignal> signals, DateTimeOffset due, CancellationToken ct)
    {
        var results = new List<SignalResult>();
        foreach (var signal in signals)
        {
            if (!(await reader.ReadAsync(workspace, signal.Reference, due, ct).ConfigureAwait(false)).TryGet(out var reference, out var error)) return error with { Message = $"{signal.Name}, reference data: {error.Message}" };
            if (!(await reader.ReadAsync(workspace, signal.Production, due, ct).ConfigureAwait(false)).TryGet(out var production, out error)) return error with { Message = $"{signal.Name}, production data: {error.Message}" };
            if (signal.Features?.FirstOrDefault(f => reference.Find(f) is null) is { } unknown) return new Error(ErrorCode.InvalidArgument, $"{signal.Name}: the reference data has no feature '{unknown}'.");
            var before = results.Count;
            foreach (var feature in reference.Features.Where(f => signal.Features?.Contains(f.Name) ?? true)) results.AddRange(Measure(signal, feature, production));
            if (results.Count == before) return new Error(ErrorCode.FailedPrecondition, $"{signal.Name}: no feature is in both the reference and the production data; there are {string.Join(", ", reference.Features.Select(f => f.Name))} and {string.Join(", ", production.Features.Select(f => f.Name))}.");
        }
        return Result<IReadOnlyList<SignalResult>>.Ok(results);
    }

    private static IEnumerable<SignalResult> Measure(MonitorSignal signal, FeatureStatistics reference, DatasetStatistics production)
    {
        if (production.Find(reference.Name) is not { } seen) yield break;
        foreach (var threshold in signal.Thresholds.Where(t => t.IsNumerical == reference.Numbers is not null))
            if (SignalMetrics.Measure(threshold.Metric, reference, seen) is { } value) yield return new SignalResult(signal.Name, reference.Name, threshold, value);
    }
}
