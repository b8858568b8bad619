using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>What texts and pictures have in common: items with a label each, and predictions by annotation specification.</summary>
internal static class ClassifiedItems
{
    /// <summary>The labelled items of a dataset.</summary>
    public static async Task<List<DataItemView>> OfAsync(DatasetStore datasets, Dataset dataset, CancellationToken ct)
    {
        List<DataItemView> items = [.. (await datasets.ItemsAsync(dataset.Name, ct).ConfigureAwait(false)).Where(i => i.Annotations.Count > 0)];
        if (items.Count == 0) throw Faults.Precondition($"The dataset {dataset.Name} holds no labelled items: import some.");
        return items.Find(i => i.Annotations.Count > 1) is { } several ? throw Faults.Precondition($"The item {several.DataItem.Name} has {several.Annotations.Count} labels; items have one here.") : items;
    }

    /// <summary>Says how a model is asked, and of which dataset its classes are.</summary>
    public static void Describe(TrainingPipeline pipeline, Model model)
    {
        model.PredictSchemata = new PredictSchemata { PredictionSchemaUri = "gs://google-cloud-aiplatform/schema/predict/prediction/classification_1.0.0.yaml" };
        var dataset = $"{ResourceName.Parse(pipeline.Name, "trainingPipelines").Parent}/{DatasetStore.Datasets}/{pipeline.InputDataConfig.DatasetId}";
        model.Metadata = Value.ForStruct(new Struct { Fields = { [AutoMlCodecFactory.DatasetField] = Value.ForString(dataset) } });
        model.SupportedInputStorageFormats.Add("jsonl");
        model.SupportedOutputStorageFormats.Add("jsonl");
    }
}
