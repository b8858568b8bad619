using System.Text.Json.Nodes;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;

namespace Isobar.Aws.SageMaker.Monitoring.Reports;

/// <summary>The files of model quality.</summary>
internal static class QualityFiles
{
    public static JsonObject Statistics(QualityReport report)
    {
        var dataset = new JsonObject { ["item_count"] = report.Rows };
        if (report is { From: { } from, To: { } to })
        {
            dataset["start_time"] = from.UtcDateTime.ToString("O");
            dataset["end_time"] = to.UtcDateTime.ToString("O");
        }
        var metrics = new JsonObject();
        if (report.Confusion.Count > 0)
            metrics["confusion_matrix"] = new JsonObject(report.Confusion.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)new JsonObject(r.Value.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))))));
        foreach (var (name, value) in report.Metrics) metrics[name] = new JsonObject { ["value"] = value, ["standard_deviation"] = "NaN" };
        return new JsonObject { ["version"] = 0.0, ["dataset"] = dataset, [Word(report.Problem) + "_metrics"] = metrics };
    }

    public static JsonObject Constraints(ProblemKind problem, IReadOnlyList<QualityConstraint> constraints) => new()
    {
        ["version"] = 0.0,
        [Word(problem) + "_constraints"] = new JsonObject(constraints.Select(c => KeyValuePair.Create(c.Metric, (JsonNode?)new JsonObject
        {
            ["threshold"] = c.Threshold, ["comparison_operator"] = c.IsMinimum ? "LessThanThreshold" : "GreaterThanThreshold",
        }))),
    };

    public static IReadOnlyList<QualityConstraint> ReadConstraints(JsonNode root) =>
        [.. root.AsObject().Where(m => m.Key.EndsWith("_constraints", StringComparison.Ordinal)).SelectMany(m => m.Value!.AsObject())
            .Select(c => new QualityConstraint(c.Key, c.Value!["threshold"]!.GetValue<double>(), c.Value["comparison_operator"]?.GetValue<string>() != "GreaterThanThreshold"))];

    public static JsonObject Violations(IReadOnlyList<Violation> violations) => new()
    {
        ["violations"] = new JsonArray([.. violations.Select(v => new JsonObject
        {
            ["constraint_check_type"] = v.Check == CheckType.BelowThreshold ? "LessThanThreshold" : "GreaterThanThreshold",
            ["description"] = v.Description,
            ["metric_name"] = v.Subject,
        })]),
    };

    private static string Word(ProblemKind problem) => problem switch
    {
        ProblemKind.Regression => "regression",
        ProblemKind.BinaryClassification => "binary_classification",
        _ => "multiclass_classification",
    };
}
