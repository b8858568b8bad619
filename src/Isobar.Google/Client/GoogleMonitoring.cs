using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring;

namespace Isobar.Google.Client;

/// <summary>
/// Vertex AI's model deployment monitoring jobs. Vertex AI learns what training data is like when a job is made, so a baseline is written by this
/// client: <c>statistics.json</c> to be read, and <c>constraints.json</c>, which is the objective that a job is given. It knows no run by demand:
/// the first one is due when the service sees fit, on the emulator at once.
/// </summary>
internal sealed class GoogleMonitoring(VertexCalls calls, IObjects objects) : IMonitoring
{
    private const string Skew = "trainingPredictionSkewDetectionConfig";
    private const double Threshold = 0.1;
    /// <summary>Within how long the models of one pipeline come due.</summary>
    private static readonly TimeSpan OnePipeline = TimeSpan.FromMinutes(1);
    private readonly GoogleRuns _runs = new(calls, "modelDeploymentMonitoringJobs", "monitoring job");

    /// <summary>Learns a baseline here; its name is where it lies.</summary>
    public async Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default)
    {
        if (!(await LearnedBaseline.LearnAsync(objects, data, ct).ConfigureAwait(false)).TryGet(out var learned, out var error)) return error;
        var objective = new JsonObject
        {
            ["trainingDataset"] = new JsonObject { ["gcsSource"] = new JsonObject { ["uris"] = new JsonArray([.. learned.Files.Select(f => JsonValue.Create(GoogleTraining.Uri(f)))]) }, ["dataFormat"] = "csv" },
            [Skew] = new JsonObject { ["skewThresholds"] = new JsonObject(learned.Statistics.Features.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)new JsonObject { ["value"] = Threshold }))) },
        };
        return await learned.WriteAsync(objects, output, "gcp", objective, ct).ConfigureAwait(false);
    }

    public Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) => LearnedBaseline.StateAsync(objects, name, ct);

    // 1. Read what the baseline wants. 2. See which models are deployed. 3. Watch them all.
    public async Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default)
    {
        // 1.
        if (order.EveryHours < 1) return Error.Invalid("EveryHours", order.EveryHours.ToString(CultureInfo.InvariantCulture), "EveryHours is at least 1.");
        if (!(await LearnedBaseline.ConstraintsAsync(objects, order.Baseline, Skew, ct).ConfigureAwait(false)).TryGet(out var objective, out var error)) return error;

        // 2.
        var endpoint = $"{calls.Parent}/endpoints/{order.Endpoint}";
        if (!(await calls.GetAsync($"/v1/{calls.Parent}/endpoints/{Uri.EscapeDataString(order.Endpoint)}", ct).ConfigureAwait(false)).TryGet(out var shown, out error)) return error;
        var deployed = (shown["deployedModels"] as JsonArray ?? []).Select(d => d!["id"]!.GetValue<string>()).ToList();
        if (deployed.Count == 0) return new Error(ErrorCode.FailedPrecondition, $"The endpoint {order.Endpoint} has no deployed model.");

        // 3.
        return (await _runs.StartAsync(order.Name, new JsonObject
        {
            ["endpoint"] = endpoint,
            ["modelDeploymentMonitoringObjectiveConfigs"] = new JsonArray([.. deployed.Select(d => new JsonObject { ["deployedModelId"] = d, ["objectiveConfig"] = objective.DeepClone() })]),
            ["modelDeploymentMonitoringScheduleConfig"] = new JsonObject { ["monitorInterval"] = $"{order.EveryHours * 3600}s" },
            ["loggingSamplingStrategy"] = new JsonObject { ["randomSampleConfig"] = new JsonObject { ["sampleRate"] = 1 } },
            ["statsAnomaliesBaseDirectory"] = new JsonObject { ["outputUriPrefix"] = GoogleTraining.Uri(order.Output) },
        }, ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    /// <summary>What was measured, window by window, and the last pipeline where that failed.</summary>
    public async Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default)
    {
        if (!(await _runs.FindAsync(schedule, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        var windows = new Dictionary<DateTimeOffset, (bool Violated, DataLocation? Report)>();
        foreach (var deployed in (job["modelDeploymentMonitoringObjectiveConfigs"] as JsonArray ?? []).Select(c => c!["deployedModelId"]!.GetValue<string>()))
        {
            var asked = new JsonObject { ["deployedModelId"] = deployed, ["objectives"] = new JsonArray(new JsonObject { ["type"] = "RAW_FEATURE_SKEW" }) };
            if (!(await calls.PostAsync($"/v1/{job["name"]}:searchModelDeploymentMonitoringStatsAnomalies", asked, ct).ConfigureAwait(false)).TryGet(out var found, out error)) return error;
            foreach (var stats in Features(found))
            {
                var end = GoogleTraining.Time(stats["endTime"]) ?? default;
                var violated = Number(stats, "distributionDeviation") > Number(stats, "anomalyDetectionThreshold");
                windows[end] = windows.TryGetValue(end, out var known) ? (known.Violated || violated, known.Report) : (violated, Folder(stats["statsUri"]?.GetValue<string>()));
            }
        }
        // Models are measured one after another; the pipeline is told of when the last of them is.
        var told = GoogleTraining.Time(job["latestMonitoringPipelineMetadata"]?["runTime"]) ?? DateTimeOffset.MinValue;
        var runs = windows.Select(w => new MonitorRun(schedule, w.Key - told <= OnePipeline ? RunState.Completed : RunState.InProgress, w.Key, w.Value.Violated, null, w.Value.Report)).ToList();
        if (job["latestMonitoringPipelineMetadata"] is JsonObject last && last["status"]?["code"]?.GetValue<int>() is > 0)
            runs.Add(new MonitorRun(schedule, RunState.Failed, GoogleTraining.Time(last["runTime"]) ?? default, null, last["status"]!["message"]?.GetValue<string>(), null));
        return Result<IReadOnlyList<MonitorRun>>.Ok([.. runs.OrderByDescending(r => r.Due)]);
    }

    public async Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default) => (await _runs.FindAsync(schedule, ct).ConfigureAwait(false)).TryGet(out var job, out var error)
        ? (await calls.OperateAsync(HttpMethod.Delete, $"/v1/{job["name"]}", null, ct).ConfigureAwait(false)).Map(_ => Done.Value) : error;

    private static IEnumerable<JsonObject> Features(JsonObject found) => (found["monitoringStats"] as JsonArray ?? [])
        .SelectMany(s => s!["featureStats"] as JsonArray ?? []).SelectMany(f => f!["predictionStats"] as JsonArray ?? []).OfType<JsonObject>();

    // Numbers that are 0 need not be written.
    private static double Number(JsonObject stats, string name) => stats[name]?.GetValue<double>() ?? 0;

    private static DataLocation? Folder(string? uri) => GoogleTraining.Location(uri) is { } file ? file with { Key = file.Key[..(file.Key.LastIndexOf('/') + 1)] } : null;
}
