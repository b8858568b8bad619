using Isobar.Engine.Evaluation;
using Isobar.Google.VertexAi.V1;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Evaluations;

/// <summary>An evaluation that has no name yet, with its slices.</summary>
internal sealed record EvaluationDraft(ModelEvaluation Evaluation, IReadOnlyList<ModelEvaluationSlice> Slices)
{
    /// <summary>Of what a model said of held-out rows.</summary>
    public static EvaluationDraft Of(ScoredTable scored)
    {
        var (schema, metrics) = EvaluationMetrics.Of(scored);
        var evaluation = new ModelEvaluation { MetricsSchemaUri = schema, Metrics = metrics };
        if (scored.Manifest.Importance is { } importance)
        {
            var shares = new Struct();
            foreach (var (column, share) in importance) shares.Fields[column] = Value.ForNumber(share);
            evaluation.ModelExplanation = new ModelExplanation { MeanAttributions = { new Attribution { FeatureAttributions = Value.ForStruct(shares) } } };
        }
        List<ModelEvaluationSlice> slices = [.. EvaluationMetrics.Slices(scored)];
        if (slices.Count > 0) evaluation.SliceDimensions.Add("annotationSpec");
        return new EvaluationDraft(evaluation, slices);
    }

    /// <summary>Of what a model expected of periods that came since.</summary>
    public static EvaluationDraft Of(ScoredForecast scored) => new(new ModelEvaluation { MetricsSchemaUri = ForecastMetrics.Schema, Metrics = ForecastMetrics.Of(scored) }, []);
}
