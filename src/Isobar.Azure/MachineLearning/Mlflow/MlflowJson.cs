using System.Text.Json.Nodes;
using Isobar.Engine.Tracking;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>How values are written in MLflow's protocol.</summary>
internal static class MlflowJson
{
    public static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) => new([.. pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new JsonObject { ["key"] = p.Key, ["value"] = p.Value })]);

    public static JsonObject Metric(TrackedMetric metric) => new()
    {
        ["key"] = metric.Name,
        ["value"] = double.IsFinite(metric.Value) ? metric.Value : double.IsNaN(metric.Value) ? "NaN" : metric.Value > 0 ? "Infinity" : "-Infinity",
        ["timestamp"] = metric.Time.ToUnixTimeMilliseconds(),
        ["step"] = metric.Step,
    };

    public static string State(TrackedState state) => state.ToString().ToUpperInvariant();

    public static TrackedState ReadState(string text) => text switch
    {
        "1" => TrackedState.Running,
        "2" => TrackedState.Scheduled,
        "3" => TrackedState.Finished,
        "4" => TrackedState.Failed,
        "5" => TrackedState.Killed,
        _ when Enum.TryParse<TrackedState>(text, ignoreCase: true, out var state) && Enum.IsDefined(state) && !char.IsAsciiDigit(text[0]) => state,
        _ => throw MlflowFault.Invalid("status", text, "must be one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED"),
    };
}
