using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Explanations;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Models;

/// <summary><c>ModelService</c>.</summary>
internal sealed class ModelRpc(ModelStore models, ModelUploads uploads, ModelExport export, EvaluationStore evaluations, EndpointStore endpoints, OperationTable operations, NameLocks locks, TimeProvider time) : ModelService.ModelServiceBase
{
    private static readonly string[] Updatable = ["display_name", "description", "version_description", "labels", "version_aliases"];

    public override async Task<Operation> UploadModel(UploadModelRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var model = request.Model ?? throw Faults.Required("model");
        if (model.DisplayName.Length is 0 or > 128) throw Faults.Invalid("model.display_name", model.DisplayName, "1 to 128 characters");
        ExplanationSpecs.Check(model.ExplanationSpec, "model.explanation_spec", whole: true);
        var name = request.ParentModel.Length > 0 ? ModelStore.Split(request.ParentModel, "parent_model").Name : ResourceName.New(request.Parent, ModelStore.Models, request.ModelId, "model_id");
        // Where a model comes from is not the caller's to say.
        (model.TrainingPipeline, model.OriginalModelInfo, model.ModelSourceInfo) = ("", null, new ModelSourceInfo { SourceType = ModelSourceInfo.Types.ModelSourceType.Custom });
        model = await uploads.AddAsync(name, request.ParentModel.Length > 0, model, ct).ConfigureAwait(false);
        return await operations.DoneAsync(name, new UploadModelOperationMetadata { GenericMetadata = Now(model) }, new UploadModelResponse { Model = model.Name, ModelVersionId = model.VersionId }, ct).ConfigureAwait(false);
    }

    public override async Task<Operation> CopyModel(CopyModelRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (request.SourceModel.Length == 0) throw Faults.Required("source_model");
        var source = (await models.FindAsync(request.SourceModel, ct, "source_model").ConfigureAwait(false)).Value;
        var name = request.ParentModel.Length > 0 ? ModelStore.Split(request.ParentModel, "parent_model").Name : ResourceName.New(request.Parent, ModelStore.Models, request.ModelId, "model_id");
        var copy = source.Clone();
        copy.VersionAliases.Clear();
        copy.DeployedModels.Clear();
        copy.OriginalModelInfo = new Model.Types.OriginalModelInfo { Model = $"{source.Name}@{source.VersionId}" };
        copy.ModelSourceInfo ??= new ModelSourceInfo();
        copy.ModelSourceInfo.Copy = true;
        copy = await uploads.AddAsync(name, request.ParentModel.Length > 0, copy, ct).ConfigureAwait(false);
        return await operations.DoneAsync(name, new CopyModelOperationMetadata { GenericMetadata = Now(copy) }, new CopyModelResponse { Model = copy.Name, ModelVersionId = copy.VersionId }, ct).ConfigureAwait(false);
    }

    public override async Task<Operation> ExportModel(ExportModelRequest request, ServerCallContext context)
    {
        var model = (await models.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;
        var folder = await export.RunAsync(model, request.OutputConfig ?? throw Faults.Required("output_config"), context.CancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().ToTimestamp();
        var metadata = new ExportModelOperationMetadata { GenericMetadata = new() { CreateTime = now, UpdateTime = now }, OutputInfo = new ExportModelOperationMetadata.Types.OutputInfo { ArtifactOutputUri = folder } };
        return await operations.DoneAsync(ModelStore.Split(request.Name).Name, metadata, new ExportModelResponse(), context.CancellationToken).ConfigureAwait(false);
    }

    public override Task<ModelEvaluation> ImportModelEvaluation(ImportModelEvaluationRequest request, ServerCallContext context) => evaluations.ImportAsync(request, context.CancellationToken);

    public override Task<BatchImportModelEvaluationSlicesResponse> BatchImportModelEvaluationSlices(BatchImportModelEvaluationSlicesRequest request, ServerCallContext context) => evaluations.ImportAsync(request, context.CancellationToken);

    public override async Task<ModelEvaluation> GetModelEvaluation(GetModelEvaluationRequest request, ServerCallContext context) => (await evaluations.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;

    public override Task<ListModelEvaluationsResponse> ListModelEvaluations(ListModelEvaluationsRequest request, ServerCallContext context) => evaluations.ListAsync(request, context.CancellationToken);

    public override Task<ModelEvaluationSlice> GetModelEvaluationSlice(GetModelEvaluationSliceRequest request, ServerCallContext context) => evaluations.SliceAsync(request.Name, context.CancellationToken);

    public override Task<ListModelEvaluationSlicesResponse> ListModelEvaluationSlices(ListModelEvaluationSlicesRequest request, ServerCallContext context) => evaluations.ListAsync(request, context.CancellationToken);

    public override async Task<Model> GetModel(GetModelRequest request, ServerCallContext context)
    {
        var model = (await models.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;
        return await WithDeploymentsAsync(model, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var parent = ResourceName.New(request.Parent, ModelStore.Models).Parent;
        var (page, next) = Listing.Cut(await models.DefaultsAsync(parent, context.CancellationToken).ConfigureAwait(false), request.Filter, request.OrderBy, request.PageSize, request.PageToken, Field);
        return new ListModelsResponse { Models = { page.Select(m => m.Value) }, NextPageToken = next };
    }

    public override async Task<ListModelVersionsResponse> ListModelVersions(ListModelVersionsRequest request, ServerCallContext context)
    {
        var (name, _) = ModelStore.Split(request.Name);
        var versions = await models.VersionsAsync(name, context.CancellationToken).ConfigureAwait(false);
        if (versions.Count == 0) throw Faults.NotFound(request.Name);
        var (page, next) = Listing.Cut(versions, request.Filter, request.OrderBy, request.PageSize, request.PageToken, Field);
        return new ListModelVersionsResponse { Models = { page.Select(m => m.Value) }, NextPageToken = next };
    }

    public override async Task<Model> UpdateModel(UpdateModelRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var model = (await models.FindAsync(request.Model?.Name ?? throw Faults.Required("model.name"), ct, "model.name").ConfigureAwait(false)).Value;
        FieldMasks.CheckEtag(request.Model.Etag, model.Etag);
        FieldMasks.Merge(request.UpdateMask, request.Model, model, Updatable);
        (model.UpdateTime, model.VersionUpdateTime) = (time.GetUtcNow().ToTimestamp(), time.GetUtcNow().ToTimestamp());
        model.Etag = ModelUploads.Tag(model.UpdateTime);
        await models.PutAsync(model, ct).ConfigureAwait(false);
        return model;
    }

    // An alias with '-' before it is taken away.
    public override async Task<Model> MergeVersionAliases(MergeVersionAliasesRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (request.VersionAliases.Count == 0) throw Faults.Required("version_aliases");
        var (name, _) = ModelStore.Split(request.Name);
        using var held = await locks.EnterAsync(name.ToString(), ct).ConfigureAwait(false);
        var model = (await models.FindAsync(request.Name, ct).ConfigureAwait(false)).Value;
        foreach (var alias in request.VersionAliases)
        {
            if (alias.TrimStart('-') is not { Length: > 0 and <= 128 } bare || !char.IsAsciiLetterLower(bare[0])) throw Faults.Invalid("version_aliases", alias, "starts with a lower-case letter; at most 128 characters");
            if (alias == "-" + ModelStore.Default) throw Faults.Invalid("version_aliases", alias, "the default alias moves to another version and is never taken away");
            if (alias[0] == '-') model.VersionAliases.Remove(bare);
            else if (!model.VersionAliases.Contains(alias)) model.VersionAliases.Add(alias);
        }
        var others = (await models.VersionsAsync(name, ct).ConfigureAwait(false)).Where(v => v.Value.VersionId != model.VersionId).ToList();
        await uploads.TakeAliasesAsync(others, [.. request.VersionAliases], ct).ConfigureAwait(false);
        await models.PutAsync(model, ct).ConfigureAwait(false);
        return model;
    }

    public override async Task<Operation> DeleteModel(DeleteModelRequest request, ServerCallContext context)
    {
        var (name, _) = ModelStore.Split(request.Name);
        var versions = await models.VersionsAsync(name, context.CancellationToken).ConfigureAwait(false);
        if (versions.Count == 0) throw Faults.NotFound(request.Name);
        return await DeleteAsync(name, [.. versions.Select(v => v.Value)], context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<Operation> DeleteModelVersion(DeleteModelVersionRequest request, ServerCallContext context)
    {
        var model = (await models.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;
        var (name, _) = ModelStore.Split(request.Name);
        if (model.VersionAliases.Contains(ModelStore.Default) && (await models.VersionsAsync(name, context.CancellationToken).ConfigureAwait(false)).Count > 0)
            throw Faults.Precondition("The default version cannot be deleted: move the alias 'default' to another version first, or delete the model.");
        return await DeleteAsync(name, [model], context.CancellationToken).ConfigureAwait(false);
    }

    private async Task<Operation> DeleteAsync(ResourceName name, IReadOnlyList<Model> versions, CancellationToken ct)
    {
        foreach (var version in versions)
        {
            if ((await WithDeploymentsAsync(version, ct).ConfigureAwait(false)).DeployedModels is [var used, ..]) throw Faults.Precondition($"The model {name}@{version.VersionId} is deployed to {used.Endpoint}: undeploy it first.");
        }
        foreach (var version in versions)
        {
            await evaluations.DeleteAsync(version, ct).ConfigureAwait(false);
            await models.DeleteAsync(version, ct).ConfigureAwait(false);
        }
        return await operations.DoneAsync(name, new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    private async Task<Model> WithDeploymentsAsync(Model model, CancellationToken ct)
    {
        model.DeployedModels.Clear();
        var (name, _) = ModelStore.Split(model.Name);
        foreach (var endpoint in await endpoints.ListAsync(name.Parent, ct).ConfigureAwait(false))
            model.DeployedModels.Add(endpoint.Value.DeployedModels.Where(d => d.Model == model.Name && d.ModelVersionId == model.VersionId).Select(d => new DeployedModelRef { Endpoint = endpoint.Name, DeployedModelId = d.Id }));
        return model;
    }

    private static GenericOperationMetadata Now(Model model) => new() { CreateTime = model.VersionCreateTime, UpdateTime = model.VersionUpdateTime };

    private static string? Field(Stored<Model> model, string path) => path switch
    {
        "display_name" or "displayName" => model.Value.DisplayName,
        "model" or "model_id" => model.Value.Name.Split('/')[^1],
        "version_id" => model.Value.VersionId,
        "create_time" or "createTime" => model.Value.CreateTime.ToDateTimeOffset().ToString("O"),
        "update_time" or "updateTime" => model.Value.UpdateTime.ToDateTimeOffset().ToString("O"),
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => model.Value.Labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
