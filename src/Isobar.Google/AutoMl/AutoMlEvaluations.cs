using System.Globalization;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;
using Value = Google.Protobuf.WellKnownTypes.Value;
using Vertex = Isobar.Google.VertexAi.V1;

namespace Isobar.Google.AutoMl;

/// <summary>Evaluations: one of a model over all classes, and one for each class, which Vertex AI calls slices.</summary>
internal sealed class AutoMlEvaluations(AutoMlModels models, EvaluationStore evaluations)
{
    private const string Collection = "modelEvaluations", Marker = $"/{Collection}/";

    public async Task<ModelEvaluation> GetAsync(string name, CancellationToken ct)
    {
        var at = name.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0) throw Faults.Invalid("name", name, $"must look like projects/PROJECT/locations/LOCATION/models/MODEL/{Collection}/ID");
        return (await AllAsync(name[..at], ct).ConfigureAwait(false)).FirstOrDefault(e => e.Name == name)?.Value ?? throw Faults.NotFound(name);
    }

    public async Task<ListModelEvaluationsResponse> ListAsync(ListModelEvaluationsRequest request, CancellationToken ct)
    {
        var all = await AllAsync(request.Parent, ct).ConfigureAwait(false);
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, (e, path) => path switch
        {
            "annotation_spec_id" => e.Value.AnnotationSpecId is { Length: > 0 } id ? id : null,
            "display_name" => e.Value.DisplayName,
            _ => null,
        });
        return new ListModelEvaluationsResponse { ModelEvaluation = { page.Select(e => e.Value) }, NextPageToken = next };
    }

    private async Task<IReadOnlyList<Stored<ModelEvaluation>>> AllAsync(string name, CancellationToken ct)
    {
        var model = await models.FindAsync(name, ct).ConfigureAwait(false);
        var dataset = DatasetStore.Field(model.Metadata, AutoMlCodecFactory.DatasetField)!.StringValue;
        var examples = (int)(model.DataStats is { TestDataItemsCount: > 0 } tested ? tested.TestDataItemsCount : model.DataStats?.ValidationDataItemsCount ?? 0);
        var all = new List<Stored<ModelEvaluation>>();
        foreach (var evaluation in (await evaluations.ListAsync(new Vertex.ListModelEvaluationsRequest { Parent = name }, ct).ConfigureAwait(false)).ModelEvaluations)
        {
            all.Add(Stored(evaluation.Name, evaluation.CreateTime, evaluation.Metrics, "", ""));
            foreach (var slice in (await evaluations.ListAsync(new Vertex.ListModelEvaluationSlicesRequest { Parent = evaluation.Name, PageSize = 1000 }, ct).ConfigureAwait(false)).ModelEvaluationSlices)
                all.Add(Stored(slice.Name, slice.CreateTime, slice.Metrics, slice.Slice.Value, ItemImport.SpecId(dataset, slice.Slice.Value)));
        }
        return all;

        Stored<ModelEvaluation> Stored(string at, Timestamp created, Value metrics, string label, string spec)
        {
            var shown = new ModelEvaluation { Name = $"{name}{Marker}{at.Split('/')[^1]}", CreateTime = created, EvaluatedExampleCount = examples, DisplayName = label, AnnotationSpecId = spec, ClassificationEvaluationMetrics = Metrics(metrics, dataset) };
            return new Stored<ModelEvaluation>(shown.Name, shown, created.ToDateTimeOffset());
        }
    }

    private static ClassificationEvaluationMetrics Metrics(Value from, string dataset)
    {
        var metrics = new ClassificationEvaluationMetrics { AuPrc = Number(from, "auPrc"), AuRoc = Number(from, "auRoc"), LogLoss = Number(from, "logLoss") };
        metrics.ConfidenceMetricsEntry.Add(DatasetStore.Field(from, "confidenceMetrics")?.ListValue.Values.Select(e => new ClassificationEvaluationMetrics.Types.ConfidenceMetricsEntry
        {
            ConfidenceThreshold = Number(e, "confidenceThreshold"),
            // All classes that reach the threshold count.
            PositionThreshold = int.MaxValue,
            Recall = Number(e, "recall"),
            Precision = Number(e, "precision"),
            FalsePositiveRate = Number(e, "falsePositiveRate"),
            F1Score = Number(e, "f1Score"),
            RecallAt1 = Number(e, "recallAt1"),
            PrecisionAt1 = Number(e, "precisionAt1"),
            FalsePositiveRateAt1 = Number(e, "falsePositiveRateAt1"),
            F1ScoreAt1 = Number(e, "f1ScoreAt1"),
            TruePositiveCount = Count(e, "truePositiveCount"),
            FalsePositiveCount = Count(e, "falsePositiveCount"),
            FalseNegativeCount = Count(e, "falseNegativeCount"),
            TrueNegativeCount = Count(e, "trueNegativeCount"),
        }) ?? []);
        if (DatasetStore.Field(from, "confusionMatrix") is not { } confusion) return metrics;
        List<string> labels = [.. DatasetStore.Field(confusion, "annotationSpecs")!.ListValue.Values.Select(s => DatasetStore.Field(s, "displayName")!.StringValue)];
        metrics.AnnotationSpecId.Add(labels.Select(l => ItemImport.SpecId(dataset, l)));
        metrics.ConfusionMatrix = new ClassificationEvaluationMetrics.Types.ConfusionMatrix { AnnotationSpecId = { metrics.AnnotationSpecId }, DisplayName = { labels } };
        metrics.ConfusionMatrix.Row.Add(DatasetStore.Field(confusion, "rows")!.ListValue.Values.Select(r => new ClassificationEvaluationMetrics.Types.ConfusionMatrix.Types.Row { ExampleCount = { r.ListValue.Values.Select(v => (int)v.NumberValue) } }));
        return metrics;
    }

    private static float Number(Value from, string field) => (float)(DatasetStore.Field(from, field)?.NumberValue ?? 0);

    private static long Count(Value from, string field) => long.Parse(DatasetStore.Field(from, field)!.StringValue, CultureInfo.InvariantCulture);
}
