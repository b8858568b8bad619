using System.Text.Json;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Evaluation;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using InputMetadata = Isobar.Google.VertexAi.V1.ExplanationMetadata.Types.InputMetadata;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>AutoML on tables and texts: the engine's search on the parts of a dataset, and the model that comes of it.</summary>
internal sealed class AutoMlTask(ITrainingJobs jobs, DatasetStore datasets, TabularSplit tables, TextItems texts, ManagedStorage storage, IModelPackages packages, IObjectStore objects)
{
    public const string LogGroup = "aiplatform.googleapis.com/TrainingPipeline";
    private const string PredictionSchema = "gs://google-cloud-aiplatform/schema/predict/prediction/";
    private const double Coverage = 0.95;
    private static readonly string[] Channels = ["train", "validation", "test"];
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(15);

    /// <summary>Whether this is the task of a definition.</summary>
    public static bool Does(string definition) => definition is AutoMlTables.Definition or TextItems.Definition;

    // 1. find the dataset; 2. split it; 3. read what is to be learned; 4. start the search.
    public async Task<string> StartAsync(ResourceName pipeline, TrainingPipeline request, CancellationToken ct)
    {
        // 1.
        var input = request.InputDataConfig is { DatasetId.Length: > 0 } given ? given : throw Faults.Required("training_pipeline.input_data_config.dataset_id");
        var dataset = (await datasets.FindAsync($"{pipeline.Parent}/{DatasetStore.Datasets}/{input.DatasetId}", ct, "training_pipeline.input_data_config.dataset_id").ConfigureAwait(false)).Value;
        var isText = request.TrainingTaskDefinition == TextItems.Definition;
        if (DatasetStore.KindOf(dataset.MetadataSchemaUri) != (isText ? DatasetKind.Text : DatasetKind.Tabular)) throw Faults.Invalid("training_pipeline.input_data_config.dataset_id", input.DatasetId, isText ? "a dataset of texts" : "a tabular dataset");

        // 2.
        var folder = await storage.FolderAsync(pipeline.ToString(), ct).ConfigureAwait(false);
        string[] names = [.. Channels.Select(c => c + ".csv")];
        var split = isText ? await texts.WriteAsync(dataset, input, folder, names, ct).ConfigureAwait(false) : await tables.WriteAsync(dataset, input, folder, names, ct).ConfigureAwait(false);

        // 3.
        var (training, budget) = isText ? (TextItems.Read(request.TrainingTaskInputs), TextItems.Budget) : AutoMlTables.Read(request.TrainingTaskInputs, split.Columns, DataSplit.Key(input));

        // 4.
        request.ModelToUpload.DataStats = new Model.Types.DataStats { TrainingDataItemsCount = split.Rows[DataSplit.Training], ValidationDataItemsCount = split.Rows[DataSplit.Validation], TestDataItemsCount = split.Rows[DataSplit.Test] };
        var spec = new TrainingSpec
        {
            Id = pipeline.Engine,
            Owner = CustomJobPlanner.Owner,
            Name = pipeline.Id,
            Region = pipeline.Location,
            Program = new AlgorithmProgram(training.Algorithm, JsonSerializer.Serialize(training, AlgorithmsJson.Default.TrainingRequest)),
            HyperParameters = training.HyperParameters,
            Channels = [.. Channels.Select((name, at) => (name, at)).Where(c => split.Rows[c.at] > 0).Select(c => new ChannelSpec(c.name, split.Places[c.at], ChannelSourceKind.Object, "text/csv"))],
            ModelOutput = ManagedStorage.Artifact(pipeline.ToString()),
            MaxRunTime = budget + Slack,
            Instance = new InstanceSpec("n1-highmem-8"),
            Log = new LogStreamName(CustomJobPlanner.Owner, LogGroup, $"{pipeline.Project}/{pipeline.Location}/{pipeline.Id}"),
            Tags = request.Labels.ToDictionary(),
        };
        (await jobs.SubmitAsync(spec, ct).ConfigureAwait(false)).OrThrow();
        return spec.Id;
    }

    /// <summary>Fills in what the trained model is, and scores it on rows that it did not learn from: those of the test part, or else of the validation part.</summary>
    public async Task<ScoredTable?> FinishAsync(TrainingPipeline pipeline, Model model, CancellationToken ct)
    {
        model.ModelSourceInfo = new ModelSourceInfo { SourceType = ModelSourceInfo.Types.ModelSourceType.Automl };
        var package = (await packages.OpenAsync(ManagedStorage.Artifact(pipeline.Name), ct).ConfigureAwait(false)).OrThrow();
        var manifest = JsonSerializer.Deserialize(await File.ReadAllTextAsync(package.ManifestFile!, ct).ConfigureAwait(false), AlgorithmsJson.Default.ModelManifest)!;
        var isText = pipeline.TrainingTaskDefinition == TextItems.Definition;
        var prediction = isText ? "classification" : manifest.Classes is null ? "tabular_regression" : "tabular_classification";
        model.PredictSchemata = new PredictSchemata { PredictionSchemaUri = $"{PredictionSchema}{prediction}_1.0.0.yaml" };
        if (isText) model.Metadata = Value.ForStruct(new Struct { Fields = { [AutoMlCodecFactory.DatasetField] = Value.ForString($"{ResourceName.Parse(pipeline.Name, "trainingPipelines").Parent}/{DatasetStore.Datasets}/{pipeline.InputDataConfig.DatasetId}") } });
        else model.ExplanationSpec = Explained(manifest);
        model.SupportedInputStorageFormats.Add(isText ? ["jsonl"] : ["jsonl", "csv"]);
        model.SupportedOutputStorageFormats.Add("jsonl");
        var folder = await storage.FolderAsync(pipeline.Name, ct).ConfigureAwait(false);
        foreach (var channel in Channels.Reverse())
        {
            var place = folder.Below(channel + ".csv");
            if (channel == Channels[0] || !(await objects.OpenAsync(place.Bucket, place.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out _)) continue;
            await using (opened.ConfigureAwait(false))
            {
                var table = (await TableReader.ReadAsync(opened.Content, channel, DataFormat.CsvWithHeader, ct).ConfigureAwait(false)).OrThrow();
                if (table.Rows == 0) continue;
                var scored = ScoredTable.Of(package, table, ct).OrThrow();
                if (manifest.Classes is null && scored.Truth.Length > 0) model.Metadata = Interval(scored);
                return scored;
            }
        }
        return null;
    }

    /// <summary>Drops the parts of the dataset.</summary>
    public async Task CleanAsync(string pipeline, CancellationToken ct)
    {
        var folder = await storage.FolderAsync(pipeline, ct).ConfigureAwait(false);
        await storage.DropAsync(Channels.Select(c => folder.Below(c + ".csv")), ct).ConfigureAwait(false);
    }

    // AutoML's models are explained without being told how: each column is a feature, and its usual value the baseline.
    private static ExplanationSpec Explained(ModelManifest manifest)
    {
        var metadata = new ExplanationMetadata();
        foreach (var column in manifest.Columns)
        {
            var input = new InputMetadata();
            if (column.Typical is { } typical) input.InputBaselines.Add(column.Type == "number" && double.TryParse(typical, System.Globalization.CultureInfo.InvariantCulture, out var number) ? Value.ForNumber(number) : Value.ForString(typical));
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
