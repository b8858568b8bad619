using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Evaluation;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using InputMetadata = Isobar.Google.VertexAi.V1.ExplanationMetadata.Types.InputMetadata;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>AutoML on tables (<c>automl_tabular_1.0.0.yaml</c>).</summary>
internal sealed class TableKind(TabularSplit tables, IObjectStore objects) : IAutoMlKind
{
    private const string PredictionSchema = "gs://google-cloud-aiplatform/schema/predict/prediction/";
    private const double Coverage = 0.95;
    private static readonly string[] Channels = ["train", "validation", "test"];

    public string Definition => "gs://google-cloud-aiplatform/schema/trainingjob/definition/automl_tabular_1.0.0.yaml";

    public IReadOnlyList<DatasetKind> Datasets { get; } = [DatasetKind.Tabular];

    public async Task<AutoMlPlan> PlanAsync(TrainingPipeline request, Dataset dataset, ObjectLocation folder, CancellationToken ct)
    {
        var split = await tables.WriteAsync(dataset, request.InputDataConfig, folder, [.. Channels.Select(Part)], ct).ConfigureAwait(false);
        var (training, budget) = TableInputs.Read(request.TrainingTaskInputs, split.Columns, DataSplit.Key(request.InputDataConfig));
        return new AutoMlPlan(training, budget, Of(split), split.Rows);
    }

    public async Task<EvaluationDraft?> FinishAsync(TrainingPipeline pipeline, Model model, ModelPackage package, ModelManifest manifest, ObjectLocation folder, CancellationToken ct)
    {
        model.PredictSchemata = new PredictSchemata { PredictionSchemaUri = $"{PredictionSchema}{(manifest.Classes is null ? "tabular_regression" : "tabular_classification")}_1.0.0.yaml" };
        model.ExplanationSpec = Explained(manifest);
        model.SupportedInputStorageFormats.Add(["jsonl", "csv"]);
        model.SupportedOutputStorageFormats.Add("jsonl");
        var scored = await ScoreAsync(objects, package, folder, ct).ConfigureAwait(false);
        if (scored is { Truth.Length: > 0 } && manifest.Classes is null) model.Metadata = Interval(scored);
        return scored is null ? null : EvaluationDraft.Of(scored);
    }

    /// <summary>The object of a channel, below a pipeline's folder.</summary>
    public static string Part(string channel) => $"{ManagedStorage.Parts}{channel}.csv";

    /// <summary>A channel for each part that has rows.</summary>
    public static IReadOnlyList<ChannelSpec> Of(SplitTable split) =>
        [.. Channels.Select((name, at) => (name, at)).Where(c => split.Rows[c.at] > 0).Select(c => new ChannelSpec(c.name, split.Places[c.at], ChannelSourceKind.Object, "text/csv"))];

    /// <summary>What a model says of the test part, or of the validation part where there is no other.</summary>
    public static async Task<ScoredTable?> ScoreAsync(IObjectStore objects, ModelPackage package, ObjectLocation folder, CancellationToken ct)
    {
        foreach (var channel in new[] { "test", "validation" })
        {
            var place = folder.Below(Part(channel));
            if (!(await objects.OpenAsync(place.Bucket, place.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out _)) continue;
            await using (opened.ConfigureAwait(false))
            {
                var table = (await TableReader.ReadAsync(opened.Content, channel, DataFormat.CsvWithHeader, ct).ConfigureAwait(false)).OrThrow();
                if (table.Rows > 0) return ScoredTable.Of(package, table, ct).OrThrow();
            }
        }
        return null;
    }

    // AutoML's models are explained without being told how: each column is a feature, and its usual value the baseline.
    private static ExplanationSpec Explained(ModelManifest manifest)
    {
        var metadata = new ExplanationMetadata();
        foreach (var column in manifest.Columns)
        {
            var input = new InputMetadata();
            if (column.Typical is { } typical) input.InputBaselines.Add(column.Type == "number" && double.TryParse(typical, CultureInfo.InvariantCulture, out var number) ? Value.ForNumber(number) : Value.ForString(typical));
            metadata.Inputs[column.Name] = input;
        }
        metadata.Outputs[manifest.Classes is null ? "value" : "scores"] = manifest.Classes is null ? new() : new() { DisplayNameMappingKey = "classes" };
        return new ExplanationSpec { Metadata = metadata, Parameters = new ExplanationParameters { SampledShapleyAttribution = new SampledShapleyAttribution { PathCount = 10 } } };
    }

    /// <summary>How far held-out rows lay from what was predicted: the middle of their differences, which gives the bounds of predictions.</summary>
    private static Value Interval(ScoredTable scored)
    {
        var errors = scored.Truth.Zip(scored.Values, (t, p) => (double)t - p).Order().ToArray();
        double At(double share) => errors[Math.Clamp((int)Math.Round(share * (errors.Length - 1)), 0, errors.Length - 1)];
        return Value.ForStruct(new Struct { Fields = { ["intervalLower"] = Value.ForNumber(At((1 - Coverage) / 2)), ["intervalUpper"] = Value.ForNumber(At((1 + Coverage) / 2)) } });
    }
}
