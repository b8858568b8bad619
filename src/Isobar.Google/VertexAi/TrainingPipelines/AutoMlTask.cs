using System.Text.Json;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>AutoML: the engine's search on the parts of a dataset, and the model that comes of it.</summary>
internal sealed class AutoMlTask(ITrainingJobs jobs, DatasetStore datasets, IEnumerable<IAutoMlKind> kinds, ManagedStorage storage, IModelPackages packages)
{
    public const string LogGroup = "aiplatform.googleapis.com/TrainingPipeline";
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(15);
    private readonly Dictionary<string, IAutoMlKind> _kinds = kinds.ToDictionary(k => k.Definition);

    public IEnumerable<string> Definitions => _kinds.Keys;

    /// <summary>Whether this is the task of a definition.</summary>
    public bool Does(string definition) => _kinds.ContainsKey(definition);

    /// <summary>Whether AutoML made a model, here.</summary>
    public static bool Made(Model model) => model is { ArtifactUri.Length: 0, TrainingPipeline.Length: > 0, ModelSourceInfo.SourceType: ModelSourceInfo.Types.ModelSourceType.Automl };

    /// <summary>Whether AutoML made a model of texts or pictures.</summary>
    public static bool OfItems(Model model) => Made(model) && DatasetStore.Field(model.Metadata, AutoMlCodecFactory.DatasetField) is not null;

    // 1. find the dataset; 2. read what is to be learned and lay the dataset's parts out; 3. start the search.
    public async Task<string> StartAsync(ResourceName pipeline, TrainingPipeline request, CancellationToken ct)
    {
        // 1.
        const string field = "training_pipeline.input_data_config.dataset_id";
        var kind = _kinds[request.TrainingTaskDefinition];
        var input = request.InputDataConfig is { DatasetId.Length: > 0 } given ? given : throw Faults.Required(field);
        InputFields.Check(input);
        var dataset = (await datasets.FindAsync($"{pipeline.Parent}/{DatasetStore.Datasets}/{input.DatasetId}", ct, field).ConfigureAwait(false)).Value;
        if (!kind.Datasets.Contains(DatasetStore.KindOf(dataset.MetadataSchemaUri))) throw Faults.Invalid(field, input.DatasetId, $"a dataset of the kind {string.Join(" or ", kind.Datasets)}");

        // 2.
        var folder = await storage.FolderAsync(pipeline.ToString(), ct).ConfigureAwait(false);
        AutoMlPlan plan;
        try
        {
            plan = await kind.PlanAsync(request, dataset, folder, ct).ConfigureAwait(false);
        }
        catch
        {
            await storage.DropAsync(folder, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // 3.
        request.ModelToUpload.DataStats = new Model.Types.DataStats { TrainingDataItemsCount = plan.Rows[DataSplit.Training], ValidationDataItemsCount = plan.Rows[DataSplit.Validation], TestDataItemsCount = plan.Rows[DataSplit.Test] };
        var spec = new TrainingSpec
        {
            Id = pipeline.Engine,
            Owner = CustomJobPlanner.Owner,
            Name = pipeline.Id,
            Region = pipeline.Location,
            Program = new AlgorithmProgram(plan.Training.Algorithm, JsonSerializer.Serialize(plan.Training, AlgorithmsJson.Default.TrainingRequest)),
            HyperParameters = plan.Training.HyperParameters,
            Channels = plan.Channels,
            ModelOutput = ManagedStorage.Artifact(pipeline.ToString()),
            MaxRunTime = plan.Budget + Slack,
            Instance = new InstanceSpec("n1-highmem-8"),
            Log = new LogStreamName(CustomJobPlanner.Owner, LogGroup, $"{pipeline.Project}/{pipeline.Location}/{pipeline.Id}"),
            Tags = request.Labels.ToDictionary(),
        };
        (await jobs.SubmitAsync(spec, ct).ConfigureAwait(false)).OrThrow();
        return spec.Id;
    }

    /// <summary>Fills in what the trained model is, and evaluates it on what it did not learn from: the test part, or else the validation part.</summary>
    public async Task<EvaluationDraft?> FinishAsync(TrainingPipeline pipeline, Model model, CancellationToken ct)
    {
        model.ModelSourceInfo = new ModelSourceInfo { SourceType = ModelSourceInfo.Types.ModelSourceType.Automl };
        var package = (await packages.OpenAsync(ManagedStorage.Artifact(pipeline.Name), ct).ConfigureAwait(false)).OrThrow();
        var manifest = JsonSerializer.Deserialize(await File.ReadAllTextAsync(package.ManifestFile!, ct).ConfigureAwait(false), AlgorithmsJson.Default.ModelManifest)!;
        var folder = await storage.FolderAsync(pipeline.Name, ct).ConfigureAwait(false);
        return await _kinds[pipeline.TrainingTaskDefinition].FinishAsync(pipeline, model, package, manifest, folder, ct).ConfigureAwait(false);
    }

    /// <summary>Drops the parts of the dataset; the model stays.</summary>
    public async Task CleanAsync(string pipeline, CancellationToken ct) => await storage.DropAsync(await storage.FolderAsync(pipeline, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
}
