using System.Globalization;
using Grpc.Core;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Pipelines;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;
using Vertex = Isobar.Google.VertexAi.V1;

namespace Isobar.Google.AutoMl;

/// <summary>Models of pictures and texts: a training pipeline of Vertex AI makes each.</summary>
internal sealed class AutoMlModels(PipelineRpc pipelines, TrainingPipelines trained, AutoMlDatasets datasets, ModelStore models, EndpointStore endpoints, OperationTable operations)
{
    private const string Definitions = "gs://google-cloud-aiplatform/schema/trainingjob/definition/";

    public async Task<Operation> CreateAsync(CreateModelRequest request, ServerCallContext context)
    {
        var model = request.Model ?? throw Faults.Required("model");
        if (model.DatasetId.Length == 0) throw Faults.Required("model.dataset_id");
        var parent = ResourceName.New(request.Parent, ModelStore.Models).Parent;
        var dataset = await datasets.FindAsync($"{parent}/{DatasetStore.Datasets}/{model.DatasetId}", context.CancellationToken, "model.dataset_id").ConfigureAwait(false);
        var pictures = AutoMlDatasets.IsImage(dataset);
        var fits = pictures ? Model.ModelMetadataOneofCase.ImageClassificationModelMetadata : Model.ModelMetadataOneofCase.TextClassificationModelMetadata;
        if (model.ModelMetadataCase != fits) throw Faults.Invalid("model.model_metadata", model.ModelMetadataCase.ToString(), $"the dataset {dataset.Name} wants {(pictures ? "image" : "text")}_classification_model_metadata");
        if (model.TextClassificationModelMetadata?.ClassificationType == ClassificationType.Multilabel) throw Faults.Unimplemented("model.text_classification_model_metadata.classification_type MULTILABEL is not supported here: items have one label.");
        var pipeline = await pipelines.CreateTrainingPipeline(new Vertex.CreateTrainingPipelineRequest
        {
            Parent = request.Parent,
            TrainingPipeline = new Vertex.TrainingPipeline
            {
                DisplayName = model.DisplayName,
                TrainingTaskDefinition = $"{Definitions}automl_{(pictures ? "image" : "text")}_classification_1.0.0.yaml",
                TrainingTaskInputs = Inputs(model.ImageClassificationModelMetadata),
                // Each item says in the import file where it belongs; what is not said is drawn.
                InputDataConfig = new Vertex.InputDataConfig { DatasetId = model.DatasetId },
                ModelToUpload = new Vertex.Model { DisplayName = model.DisplayName, Labels = { model.Labels } },
            },
        }, context).ConfigureAwait(false);
        return await operations.FollowingAsync(ResourceName.Parse(pipeline.Name, "trainingPipelines"), datasets.Metadata(m => m.CreateModelDetails = new()), ModelTraining.Name, pipeline.Name, context.CancellationToken).ConfigureAwait(false);
    }

    public async Task<Model> GetAsync(string name, CancellationToken ct) => await ViewAsync(await FindAsync(name, ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    public async Task<ListModelsResponse> ListAsync(ListModelsRequest request, CancellationToken ct)
    {
        var parent = ResourceName.New(request.Parent, ModelStore.Models).Parent;
        var shown = new List<Stored<Model>>();
        foreach (var stored in await models.DefaultsAsync(parent, ct).ConfigureAwait(false))
            if (IsOurs(stored.Value)) shown.Add(new Stored<Model>(stored.Name, await ViewAsync(stored.Value, ct).ConfigureAwait(false), stored.Created));
        var (page, next) = Listing.Cut(shown, request.Filter, "", request.PageSize, request.PageToken, Field);
        return new ListModelsResponse { Model = { page.Select(m => m.Value) }, NextPageToken = next };
    }

    /// <summary>A model that this API knows: AutoML's, of pictures or texts.</summary>
    public async Task<Vertex.Model> FindAsync(string name, CancellationToken ct)
    {
        var model = (await models.FindAsync(name, ct).ConfigureAwait(false)).Value;
        return IsOurs(model) ? model : throw Faults.NotFound(name);
    }

    public async Task<Model> ViewAsync(Vertex.Model model, CancellationToken ct)
    {
        var shown = new Model { Name = model.Name, DisplayName = model.DisplayName, CreateTime = model.CreateTime, UpdateTime = model.UpdateTime, Etag = model.Etag, Labels = { model.Labels }, DatasetId = DatasetOf(model).Split('/')[^1] };
        shown.DeploymentState = await endpoints.GetAsync(AutoMlDeployments.EndpointOf(model.Name).ToString(), ct).ConfigureAwait(false) is { Value.DeployedModels.Count: > 0 } ? Model.Types.DeploymentState.Deployed : Model.Types.DeploymentState.Undeployed;
        var pipeline = await trained.KnownAsync(model.TrainingPipeline, ct).ConfigureAwait(false);
        if (await IsOfPicturesAsync(model, ct).ConfigureAwait(false)) shown.ImageClassificationModelMetadata = Pictures(pipeline);
        else shown.TextClassificationModelMetadata = new TextClassificationModelMetadata { ClassificationType = ClassificationType.Multiclass };
        return shown;
    }

    /// <summary>Whether a model sees pictures; its training task tells, also when its dataset is gone.</summary>
    public async Task<bool> IsOfPicturesAsync(Vertex.Model model, CancellationToken ct) =>
        (await trained.KnownAsync(model.TrainingPipeline, ct).ConfigureAwait(false))?.TrainingTaskDefinition.Contains("image", StringComparison.Ordinal)
        ?? AutoMlDatasets.IsImage(await datasets.FindAsync(DatasetOf(model), ct).ConfigureAwait(false));

    private static ImageClassificationModelMetadata Pictures(Vertex.TrainingPipeline? pipeline)
    {
        var metadata = new ImageClassificationModelMetadata { ModelType = "cloud" };
        if (DatasetStore.Field(pipeline?.TrainingTaskInputs, "budgetMilliNodeHours") is { } budget) metadata.TrainBudgetMilliNodeHours = (long)budget.NumberValue;
        if (DatasetStore.Field(pipeline?.TrainingTaskMetadata, "trainCostMilliNodeHours") is { } cost && long.TryParse(cost.StringValue, CultureInfo.InvariantCulture, out var spent)) metadata.TrainCostMilliNodeHours = spent;
        return metadata;
    }

    private static Value Inputs(ImageClassificationModelMetadata? wanted)
    {
        var inputs = new Struct();
        if (wanted is { TrainBudgetMilliNodeHours: not 0 }) inputs.Fields["budgetMilliNodeHours"] = Value.ForNumber(wanted.TrainBudgetMilliNodeHours);
        if (wanted is { ModelType.Length: > 0 }) inputs.Fields["modelType"] = Value.ForString(wanted.ModelType);
        return Value.ForStruct(inputs);
    }

    private static bool IsOurs(Vertex.Model model) => AutoMlTask.Made(model) && DatasetOf(model).Length > 0;

    private static string DatasetOf(Vertex.Model model) => DatasetStore.Field(model.Metadata, AutoMlCodecFactory.DatasetField)?.StringValue ?? "";

    private static string? Field(Stored<Model> model, string path) => path switch
    {
        "display_name" => model.Value.DisplayName,
        "dataset_id" => model.Value.DatasetId,
        "image_classification_model_metadata" => model.Value.ImageClassificationModelMetadata is null ? null : "image",
        "text_classification_model_metadata" => model.Value.TextClassificationModelMetadata is null ? null : "text",
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => model.Value.Labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
