using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Evaluation;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Evaluations;

/// <summary>Evaluations of model versions, <c>…/models/M@2/E</c>, and their slices, <c>…/models/M/evaluations/E/S</c>. Names do not tell the version.</summary>
internal sealed class EvaluationStore(IStateStore state, ModelStore models, TimeProvider time)
{
    private const string Evaluations = "evaluations", Slices = "slices";
    private readonly ResourceTable<ModelEvaluation> _evaluations = new(state, "modelEvaluations");
    private readonly ResourceTable<ModelEvaluationSlice> _slices = new(state, "modelEvaluationSlices");

    /// <summary>Stores the evaluation of a model version.</summary>
    public async Task AddAsync(Model model, EvaluationDraft draft, CancellationToken ct)
    {
        draft.Evaluation.DisplayName = model.DisplayName;
        await PutAsync(model, draft.Evaluation, ct).ConfigureAwait(false);
        foreach (var slice in draft.Slices) await PutAsync(draft.Evaluation.Name, slice, ct).ConfigureAwait(false);
    }

    public async Task<ModelEvaluation> ImportAsync(ImportModelEvaluationRequest request, CancellationToken ct)
    {
        var evaluation = request.ModelEvaluation ?? throw Faults.Required("model_evaluation");
        if (evaluation.MetricsSchemaUri.Length == 0) throw Faults.Required("model_evaluation.metrics_schema_uri");
        if (evaluation.Metrics is null) throw Faults.Required("model_evaluation.metrics");
        var model = (await models.FindAsync(request.Parent, ct, "parent").ConfigureAwait(false)).Value;
        await PutAsync(model, evaluation, ct).ConfigureAwait(false);
        return evaluation;
    }

    public async Task<BatchImportModelEvaluationSlicesResponse> ImportAsync(BatchImportModelEvaluationSlicesRequest request, CancellationToken ct)
    {
        if (request.ModelEvaluationSlices.Count is 0 or > 50) throw Faults.Invalid("model_evaluation_slices", $"{request.ModelEvaluationSlices.Count}", "1 to 50 slices");
        var evaluation = await FindAsync(request.Parent, ct).ConfigureAwait(false);
        var response = new BatchImportModelEvaluationSlicesResponse();
        foreach (var slice in request.ModelEvaluationSlices)
        {
            if (slice.Metrics is null) throw Faults.Required("model_evaluation_slices.metrics");
            await PutAsync(evaluation.Value.Name, slice, ct).ConfigureAwait(false);
            response.ImportedModelEvaluationSlices.Add(slice.Name);
        }
        return response;
    }

    public async Task<Stored<ModelEvaluation>> FindAsync(string text, CancellationToken ct)
    {
        if (text.Split('/') is not [.. var model, Evaluations, var id]) throw Faults.Invalid("name", text, "must look like projects/PROJECT/locations/LOCATION/models/MODEL/evaluations/ID");
        var (name, _) = ModelStore.Split(string.Join('/', model));
        return (await _evaluations.ListAsync($"{name}@", ct).ConfigureAwait(false)).FirstOrDefault(e => e.Name.EndsWith('/' + id)) ?? throw Faults.NotFound(text);
    }

    public async Task<ListModelEvaluationsResponse> ListAsync(ListModelEvaluationsRequest request, CancellationToken ct)
    {
        var model = (await models.FindAsync(request.Parent, ct, "parent").ConfigureAwait(false)).Value;
        var all = await _evaluations.ListAsync($"{model.Name}@{model.VersionId}/", ct).ConfigureAwait(false);
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, (e, path) => path switch { "display_name" or "displayName" => e.Value.DisplayName, "metrics_schema_uri" or "metricsSchemaUri" => e.Value.MetricsSchemaUri, _ => null });
        return new ListModelEvaluationsResponse { ModelEvaluations = { page.Select(e => e.Value) }, NextPageToken = next };
    }

    public async Task<ModelEvaluationSlice> SliceAsync(string text, CancellationToken ct)
    {
        if (text.Split('/') is not [.., Evaluations, _, Slices, _]) throw Faults.Invalid("name", text, "must look like projects/PROJECT/locations/LOCATION/models/MODEL/evaluations/EVALUATION/slices/ID");
        return (await _slices.FindAsync(text, ct).ConfigureAwait(false)).Value;
    }

    public async Task<ListModelEvaluationSlicesResponse> ListAsync(ListModelEvaluationSlicesRequest request, CancellationToken ct)
    {
        var evaluation = (await FindAsync(request.Parent, ct).ConfigureAwait(false)).Value;
        var all = await _slices.ListAsync($"{evaluation.Name}/{Slices}/", ct).ConfigureAwait(false);
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, (s, path) => path switch { "slice.dimension" => s.Value.Slice?.Dimension, "slice.value" => s.Value.Slice?.Value, _ => null });
        return new ListModelEvaluationSlicesResponse { ModelEvaluationSlices = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    /// <summary>Drops what belongs to a version that is deleted.</summary>
    public async Task DeleteAsync(Model model, CancellationToken ct)
    {
        foreach (var evaluation in await _evaluations.ListAsync($"{model.Name}@{model.VersionId}/", ct).ConfigureAwait(false))
        {
            foreach (var slice in await _slices.ListAsync($"{evaluation.Value.Name}/{Slices}/", ct).ConfigureAwait(false)) await _slices.DeleteAsync(slice.Name, ct).ConfigureAwait(false);
            await _evaluations.DeleteAsync(evaluation.Name, ct).ConfigureAwait(false);
        }
    }

    private Task PutAsync(Model model, ModelEvaluation evaluation, CancellationToken ct)
    {
        var id = ResourceName.NewId();
        (evaluation.Name, evaluation.CreateTime) = ($"{model.Name}/{Evaluations}/{id}", time.GetUtcNow().ToTimestamp());
        return _evaluations.PutAsync($"{model.Name}@{model.VersionId}/{id}", evaluation, ct);
    }

    private Task PutAsync(string evaluation, ModelEvaluationSlice slice, CancellationToken ct)
    {
        (slice.Name, slice.CreateTime) = ($"{evaluation}/{Slices}/{ResourceName.NewId()}", time.GetUtcNow().ToTimestamp());
        return _slices.PutAsync(slice.Name, slice, ct);
    }
}
