using Isobar.Engine.Evaluation;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Evaluations;

/// <summary>Forecasts in the schema of Vertex AI.</summary>
internal static class ForecastMetrics
{
    public const string Schema = "gs://google-cloud-aiplatform/schema/modelevaluation/forecasting_metrics_1.0.0.yaml";

    public static Value Of(ScoredForecast scored)
    {
        var (truth, mean, quantiles) = (scored.Truth, scored.Mean, scored.Manifest.Forecast!.Quantiles);
        var report = RegressionReport.Of(truth, mean);
        double errors = 0, sizes = 0, squares = 0, symmetric = 0;
        int counted = 0, paired = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            double y = truth[i], error = y - mean[i];
            errors += Math.Abs(error);
            sizes += Math.Abs(y);
            if (y != 0)
            {
                squares += error / y * (error / y);
                counted++;
            }
            if (Math.Abs(y) + Math.Abs(mean[i]) is not (> 0 and var both)) continue;
            symmetric += 2 * Math.Abs(error) / both;
            paired++;
        }
        var metrics = EvaluationMetrics.Numbers(report);
        EvaluationMetrics.Set(metrics, "weightedAbsolutePercentageError", sizes == 0 ? null : 100 * errors / sizes);
        EvaluationMetrics.Set(metrics, "rootMeanSquaredPercentageError", counted == 0 ? null : 100 * Math.Sqrt(squares / counted));
        EvaluationMetrics.Set(metrics, "symmetricMeanAbsolutePercentageError", paired == 0 ? null : 100 * symmetric / paired);
        metrics.Fields["quantileMetrics"] = Value.ForList([.. quantiles.Select((q, at) => Quantile(q, [.. Enumerable.Range(0, truth.Length).Select(i => scored.Quantiles[i * quantiles.Count + at])], truth))]);
        return Value.ForStruct(metrics);
    }

    // Scaled as Vertex AI does it: twice the mean pinball loss, so that the median's is the mean absolute error.
    private static Value Quantile(double share, float[] values, float[] truth)
    {
        double loss = 0;
        var below = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            var above = (double)truth[i] - values[i];
            loss += Math.Max(share * above, (share - 1) * above);
            if (truth[i] < values[i]) below++;
        }
        var entry = new Struct();
        EvaluationMetrics.Set(entry, "quantile", share);
        EvaluationMetrics.Set(entry, "scaledPinballLoss", 2 * loss / truth.Length);
        EvaluationMetrics.Set(entry, "observedQuantile", (double)below / truth.Length);
        return Value.ForStruct(entry);
    }
}
