using System.Globalization;
using Isobar.Engine.Evaluation;
using Isobar.Google.VertexAi.V1;
using ListValue = Google.Protobuf.WellKnownTypes.ListValue;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Evaluations;

/// <summary>The engine's reports in the schemas of Vertex AI.</summary>
internal static class EvaluationMetrics
{
    public const string Classification = "gs://google-cloud-aiplatform/schema/modelevaluation/classification_metrics_1.0.0.yaml";
    public const string Regression = "gs://google-cloud-aiplatform/schema/modelevaluation/regression_metrics_1.0.0.yaml";
    private static readonly double[] Thresholds = [.. Enumerable.Range(0, 20).Select(i => i * 0.05), 0.96, 0.97, 0.98, 0.99];

    public static (string Schema, Value Metrics) Of(ScoredTable scored)
    {
        if (scored.Manifest.Classes is not { } classes) return (Regression, Value.ForStruct(Numbers(RegressionReport.Of(scored.Truth, scored.Values))));
        return (Classification, Classes(new ClassificationReport(scored.Truth, scored.Values, classes.Count), classes));
    }

    /// <summary>A slice for every class: its decisions against all others.</summary>
    public static IEnumerable<ModelEvaluationSlice> Slices(ScoredTable scored)
    {
        if (scored.Manifest.Classes is not { } classes) yield break;
        for (var c = 0; c < classes.Count; c++)
            yield return new ModelEvaluationSlice
            {
                Slice = new ModelEvaluationSlice.Types.Slice { Dimension = "annotationSpec", Value = classes[c] },
                MetricsSchemaUri = Classification,
                Metrics = Classes(new ClassificationReport(scored.Truth, scored.Values, classes.Count, only: c), null),
            };
    }

    public static Struct Numbers(RegressionReport report)
    {
        var metrics = new Struct();
        Set(metrics, "rootMeanSquaredError", report.RootMeanSquaredError);
        Set(metrics, "meanAbsoluteError", report.MeanAbsoluteError);
        Set(metrics, "meanAbsolutePercentageError", report.MeanAbsolutePercentageError);
        Set(metrics, "rSquared", report.RSquared);
        Set(metrics, "rootMeanSquaredLogError", report.RootMeanSquaredLogError);
        return metrics;
    }

    private static Value Classes(ClassificationReport report, IReadOnlyList<string>? classes)
    {
        var metrics = new Struct();
        Set(metrics, "auPrc", report.AveragePrecision);
        Set(metrics, "auRoc", report.RocAuc);
        Set(metrics, "logLoss", report.LogLoss);
        metrics.Fields["confidenceMetrics"] = Value.ForList([.. Thresholds.Select(t => AtThreshold(report.At(t), report.BestAt(t)))]);
        if (classes is null) return Value.ForStruct(metrics);
        var specs = classes.Select((name, at) => Value.ForStruct(new Struct { Fields = { ["id"] = Value.ForString(at.ToString(CultureInfo.InvariantCulture)), ["displayName"] = Value.ForString(name) } }));
        var rows = Enumerable.Range(0, classes.Count).Select(a => new Value { ListValue = new ListValue { Values = { Enumerable.Range(0, classes.Count).Select(p => Value.ForNumber(report.Confusion[a, p])) } } });
        metrics.Fields["confusionMatrix"] = Value.ForStruct(new Struct { Fields = { ["annotationSpecs"] = Value.ForList([.. specs]), ["rows"] = Value.ForList([.. rows]) } });
        return Value.ForStruct(metrics);
    }

    private static Value AtThreshold(ThresholdCounts all, ThresholdCounts best)
    {
        var entry = new Struct();
        Set(entry, "confidenceThreshold", all.Threshold);
        Set(entry, "recall", all.Recall);
        Set(entry, "precision", all.Precision);
        Set(entry, "f1Score", all.F1);
        Set(entry, "falsePositiveRate", all.FalsePositiveRate);
        Set(entry, "recallAt1", best.Recall);
        Set(entry, "precisionAt1", best.Precision);
        Set(entry, "f1ScoreAt1", best.F1);
        Set(entry, "falsePositiveRateAt1", best.FalsePositiveRate);
        // Whole numbers of 64 bits are strings in Google's JSON.
        foreach (var (name, count) in new[] { ("truePositiveCount", all.TruePositives), ("falsePositiveCount", all.FalsePositives), ("falseNegativeCount", all.FalseNegatives), ("trueNegativeCount", all.TrueNegatives) })
            entry.Fields[name] = Value.ForString(count.ToString(CultureInfo.InvariantCulture));
        return Value.ForStruct(entry);
    }

    public static void Set(Struct into, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) into.Fields[name] = Value.ForNumber(number);
    }
}
