using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Vertex AI's hyperparameter tuning jobs.</summary>
internal sealed class GoogleTuning(VertexCalls calls) : ITuning
{
    private readonly GoogleRuns _runs = new(calls, "hyperparameterTuningJobs", "hyperparameter tuning job");

    public async Task<Result<TuningRun>> StartAsync(TuningOrder order, CancellationToken ct = default)
    {
        var algorithm = order.Strategy switch { "Bayesian" => "ALGORITHM_UNSPECIFIED", "Random" => "RANDOM_SEARCH", "Grid" => "GRID_SEARCH", _ => null };
        if (algorithm is null) return Error.Invalid("Strategy", order.Strategy, "Vertex AI searches by Bayesian, Random and Grid.");
        return (await _runs.StartAsync(order.Template.Name, new JsonObject
        {
            ["studySpec"] = new JsonObject
            {
                ["metrics"] = new JsonArray(new JsonObject { ["metricId"] = order.Metric, ["goal"] = order.Minimize ? "MINIMIZE" : "MAXIMIZE" }),
                ["parameters"] = new JsonArray([.. order.Ranges.Select(Parameter)]),
                ["algorithm"] = algorithm,
            },
            ["maxTrialCount"] = order.MaxJobs,
            ["parallelTrialCount"] = Math.Min(order.MaxParallel, order.MaxJobs),
            ["trialJobSpec"] = GoogleTraining.Spec(calls.Options, order.Template),
        }, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<TuningRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await _runs.FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        // A listing need not show the trials.
        return (await calls.GetAsync($"/v1/{job["name"]}", ct).ConfigureAwait(false)).Map(Shown);
    }

    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => _runs.CancelAsync(name, ct);

    private static JsonObject Parameter(SearchRange range)
    {
        var parameter = new JsonObject { ["parameterId"] = range.Name };
        if (range.Choices is { } choices) parameter["categoricalValueSpec"] = new JsonObject { ["values"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c))]) };
        else if (range.Whole) parameter["integerValueSpec"] = new JsonObject { ["minValue"] = Whole(range.Min), ["maxValue"] = Whole(range.Max) };
        else parameter["doubleValueSpec"] = new JsonObject { ["minValue"] = range.Min, ["maxValue"] = range.Max };
        if (range.Choices is null) parameter["scaleType"] = range.Logarithmic ? "UNIT_LOG_SCALE" : "UNIT_LINEAR_SCALE";
        return parameter;
    }

    // 64-bit integers are text in Google's JSON.
    private static string Whole(double? value) => ((long)Math.Round(value ?? 0)).ToString(CultureInfo.InvariantCulture);

    private static TuningRun Shown(JsonObject job)
    {
        var metric = job["studySpec"]?["metrics"]?[0];
        var minimize = metric?["goal"]?.GetValue<string>() == "MINIMIZE";
        var done = (job["trials"] as JsonArray ?? []).OfType<JsonObject>().Where(t => t["state"]?.GetValue<string>() == "SUCCEEDED").ToList();
        var judged = done.Select(t => (Trial: t, Value: t["finalMeasurement"]?["metrics"]?[0]?["value"]?.GetValue<double>() ?? (t["finalMeasurement"]?["metrics"]?[0] is null ? null : 0d))).Where(t => t.Value is not null).ToList();
        var best = judged.Count == 0 ? default : minimize ? judged.MinBy(t => t.Value) : judged.MaxBy(t => t.Value);
        return new TuningRun(
            job["displayName"]!.GetValue<string>(), GoogleRuns.State(job), GoogleRuns.Reason(job), done.Count,
            best.Trial is { } trial ? trial["customJob"]?.GetValue<string>().Split('/')[^1] ?? trial["id"]?.GetValue<string>() : null,
            best.Value,
            (best.Trial?["parameters"] as JsonArray ?? []).OfType<JsonObject>().ToDictionary(p => p["parameterId"]!.GetValue<string>(), p => p["value"] is JsonValue v && v.TryGetValue<string>(out var text) ? text : p["value"]?.ToJsonString() ?? ""));
    }
}
