using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Explanations;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using EngineState = Isobar.Engine.Training.JobState;
using RpcStatus = Google.Rpc.Status;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Training pipelines. The work is a job of the engine; once that is done, the model is uploaded and evaluated. After a restart, jobs that are under way are waited for again.</summary>
internal sealed class TrainingPipelines(
    IStateStore state, ITrainingJobs jobs, CustomTask custom, AutoMlTask automl, ModelStore models, ModelUploads uploads, EvaluationStore evaluations, OperationTable operations, NameLocks locks, TimeProvider time, ILogger<TrainingPipelines> logger) : IHostedService
{
    private const string Collection = "trainingPipelines", Parameter = "training_pipeline";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly ResourceTable<TrainingPipeline> _table = new(state, Collection);
    private readonly CancellationTokenSource _end = new();

    // 1. see that the model that is to come can be named; 2. start the job; 3. store the pipeline and wait for the job.
    public async Task<TrainingPipeline> CreateAsync(CreateTrainingPipelineRequest request, string address, CancellationToken ct)
    {
        // 1.
        var pipeline = request.TrainingPipeline ?? throw Faults.Required(Parameter);
        if (pipeline.DisplayName.Length is 0 or > 128) throw Faults.Invalid(Parameter + ".display_name", pipeline.DisplayName, "1 to 128 characters");
        var name = ResourceName.New(request.Parent, Collection);
        await NameModelAsync(name, pipeline, ct).ConfigureAwait(false);

        // 2.
        var now = time.GetUtcNow().ToTimestamp();
        (pipeline.Name, pipeline.CreateTime, pipeline.UpdateTime, pipeline.State) = (name.ToString(), now, now, PipelineState.Pending);
        switch (pipeline.TrainingTaskDefinition)
        {
            case CustomTask.Definition:
                if (pipeline.ModelToUpload is not null && CustomTask.ArtifactUri(pipeline) is null && pipeline.ModelToUpload.ArtifactUri.Length == 0) throw Faults.Required(Parameter + ".training_task_inputs.baseOutputDirectory");
                await custom.StartAsync(name, pipeline, address, ct).ConfigureAwait(false);
                break;
            case var definition when automl.Does(definition):
                if (pipeline.ModelToUpload is null) throw Faults.Required(Parameter + ".model_to_upload");
                await automl.StartAsync(name, pipeline, ct).ConfigureAwait(false);
                break;
            case "":
                throw Faults.Required(Parameter + ".training_task_definition");
            default:
                throw Faults.Unimplemented($"{Parameter}.training_task_definition '{pipeline.TrainingTaskDefinition}' is not supported here; {string.Join(", ", automl.Definitions)} and {CustomTask.Definition} are.");
        }

        // 3.
        var stored = (await _table.InsertAsync(pipeline.Name, pipeline, ct).ConfigureAwait(false)).OrThrow();
        Watch(stored.Value.Clone());
        return await ShownAsync(stored.Value, ct).ConfigureAwait(false);
    }

    public async Task<TrainingPipeline> GetAsync(string text, CancellationToken ct) => await ShownAsync((await FindAsync(text, ct).ConfigureAwait(false)).Value, ct).ConfigureAwait(false);

    /// <summary>A pipeline as it is stored; null where there is none.</summary>
    public async Task<TrainingPipeline?> KnownAsync(string name, CancellationToken ct) => (await _table.GetAsync(name, ct).ConfigureAwait(false))?.Value;

    public async Task<ListTrainingPipelinesResponse> ListAsync(ListTrainingPipelinesRequest request, CancellationToken ct)
    {
        var prefix = ResourceName.New(request.Parent, Collection).Parent + $"/{Collection}/";
        var all = new List<Stored<TrainingPipeline>>();
        foreach (var stored in await _table.ListAsync(prefix, ct).ConfigureAwait(false)) all.Add(stored with { Value = await ShownAsync(stored.Value, ct).ConfigureAwait(false) });
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, Field);
        return new ListTrainingPipelinesResponse { TrainingPipelines = { page.Select(p => p.Value) }, NextPageToken = next };
    }

    public async Task<Empty> CancelAsync(string text, CancellationToken ct)
    {
        var pipeline = (await FindAsync(text, ct).ConfigureAwait(false)).Value;
        var stopped = await jobs.StopAsync(JobId(pipeline), ct).ConfigureAwait(false);
        // What has ended meanwhile cannot be cancelled; the documents promise best effort only.
        if (!stopped.TryGet(out _, out var error) && error.Code is not (ErrorCode.FailedPrecondition or ErrorCode.NotFound)) throw Faults.Of(error);
        return new Empty();
    }

    public async Task<Operation> DeleteAsync(string text, CancellationToken ct)
    {
        using var held = await locks.EnterAsync(text, ct).ConfigureAwait(false);
        var pipeline = (await FindAsync(text, ct).ConfigureAwait(false)).Value;
        if (!IsFinal(pipeline.State)) throw Faults.Precondition($"The pipeline {text} is in state {(await ShownAsync(pipeline, ct).ConfigureAwait(false)).State}: cancel it first.");
        if (pipeline.TrainingTaskDefinition != CustomTask.Definition && (await jobs.DeleteAsync(JobId(pipeline), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.NotFound } error) throw Faults.Of(error);
        await _table.DeleteAsync(pipeline.Name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(pipeline.Name, Collection), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var stored in await _table.ListAsync("", ct).ConfigureAwait(false))
            if (!IsFinal(stored.Value.State)) Watch(stored.Value);
    }

    public async Task StopAsync(CancellationToken ct) => await _end.CancelAsync().ConfigureAwait(false);

    private async Task NameModelAsync(ResourceName pipeline, TrainingPipeline request, CancellationToken ct)
    {
        if (request.ModelToUpload is not { } model) return;
        if (model.DisplayName.Length is 0 or > 128) throw Faults.Invalid(Parameter + ".model_to_upload.display_name", model.DisplayName, "1 to 128 characters");
        ExplanationSpecs.Check(model.ExplanationSpec, Parameter + ".model_to_upload.explanation_spec", whole: true);
        var name = request.ParentModel.Length > 0 ? ModelStore.Split(request.ParentModel, Parameter + ".parent_model").Name : ResourceName.New(pipeline.Parent, ModelStore.Models, request.ModelId, Parameter + ".model_id");
        var there = (await models.VersionsAsync(name, ct).ConfigureAwait(false)).Count > 0;
        if (request.ParentModel.Length > 0 && !there) throw Faults.NotFound(request.ParentModel);
        if (request.ParentModel.Length == 0 && there) throw Faults.Of(new Error(ErrorCode.AlreadyExists, $"The model {name} exists already; name it as parent_model to train a version of it."));
        model.Name = name.ToString();
    }

    private void Watch(TrainingPipeline pipeline) => _ = Task.Run(async () =>
    {
        try
        {
            TrainingJob? job;
            do
            {
                await Task.Delay(Look, time, _end.Token).ConfigureAwait(false);
                job = (await jobs.GetAsync(JobId(pipeline), _end.Token).ConfigureAwait(false)).TryGet(out var found, out _) ? found : null;
                if (job is { IsFinal: false }) job = await jobs.WaitAsync(job.Spec.Id, _end.Token).ConfigureAwait(false);
            }
            while (job is { IsFinal: false });
            await FinishAsync(pipeline, job).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The next start waits again.
        }
    });

    private async Task FinishAsync(TrainingPipeline pipeline, TrainingJob? job)
    {
        // No lock is held: the upload takes the model's, and what is not final is not deleted.
        (pipeline.State, pipeline.Error) = job switch
        {
            null => (PipelineState.Failed, new RpcStatus { Code = 5, Message = "The training job is gone." }),
            { State: EngineState.Failed } => (PipelineState.Failed, new RpcStatus { Code = 3, Message = job.Reason ?? "The training failed." }),
            { State: EngineState.Stopped } => (PipelineState.Cancelled, new RpcStatus { Code = 1, Message = "CANCELED" }),
            _ => (PipelineState.Succeeded, null),
        };
        if (job?.Started is { } started) pipeline.StartTime = started.ToTimestamp();
        try
        {
            if (pipeline.State == PipelineState.Succeeded) await UploadAsync(pipeline, job!).ConfigureAwait(false);
            if (automl.Does(pipeline.TrainingTaskDefinition)) await automl.CleanAsync(pipeline.Name, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            (pipeline.State, pipeline.Error) = (PipelineState.Failed, new RpcStatus { Code = (int)e.StatusCode, Message = e.Status.Detail });
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogError(e, "Training pipeline {Pipeline} ended by a fault", pipeline.Name);
            (pipeline.State, pipeline.Error) = (PipelineState.Failed, new RpcStatus { Code = 13, Message = e.Message });
        }
        var now = time.GetUtcNow().ToTimestamp();
        (pipeline.EndTime, pipeline.UpdateTime) = (now, now);
        await _table.PutAsync(pipeline.Name, pipeline, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task UploadAsync(TrainingPipeline pipeline, TrainingJob job)
    {
        if (pipeline.ModelToUpload is not { } wanted) return;
        var (name, _) = ModelStore.Split(wanted.Name);
        // A server that was killed behind the upload finds the model there.
        if ((await models.VersionsAsync(name, CancellationToken.None).ConfigureAwait(false)).LastOrDefault(v => v.Value.TrainingPipeline == pipeline.Name) is { } there)
        {
            pipeline.ModelToUpload = there.Value;
            return;
        }
        var model = wanted.Clone();
        model.TrainingPipeline = pipeline.Name;
        EvaluationDraft? draft = null;
        if (automl.Does(pipeline.TrainingTaskDefinition))
        {
            draft = await automl.FinishAsync(pipeline, model, CancellationToken.None).ConfigureAwait(false);
            pipeline.TrainingTaskMetadata = Value.ForStruct(new Struct { Fields = { ["trainCostMilliNodeHours"] = Value.ForString(Math.Ceiling(job.RunTime.TotalSeconds / 3.6).ToString("0", System.Globalization.CultureInfo.InvariantCulture)) } });
        }
        else
        {
            model.ModelSourceInfo = new ModelSourceInfo { SourceType = ModelSourceInfo.Types.ModelSourceType.Custom };
            if (model.ArtifactUri.Length == 0) model.ArtifactUri = CustomTask.ArtifactUri(pipeline);
        }
        model = await uploads.AddAsync(name, pipeline.ParentModel.Length > 0, model, CancellationToken.None).ConfigureAwait(false);
        if (draft is not null) await evaluations.AddAsync(model, draft, CancellationToken.None).ConfigureAwait(false);
        pipeline.ModelToUpload = model;
    }

    private async Task<TrainingPipeline> ShownAsync(TrainingPipeline pipeline, CancellationToken ct)
    {
        var shown = pipeline.Clone();
        if (IsFinal(shown.State))
        {
            if (shown.State != PipelineState.Succeeded && shown.ModelToUpload is not null) shown.ModelToUpload.Name = "";
            return shown;
        }
        // The model's name is known only once it is there.
        if (shown.ModelToUpload is not null) shown.ModelToUpload.Name = "";
        if (!(await jobs.GetAsync(JobId(pipeline), ct).ConfigureAwait(false)).TryGet(out var job, out _)) return shown;
        shown.State = job.State switch
        {
            EngineState.Queued => PipelineState.Pending,
            EngineState.Stopping => PipelineState.Cancelling,
            _ => PipelineState.Running,
        };
        if (job.Started is { } started) shown.StartTime = started.ToTimestamp();
        return shown;
    }

    private async Task<Stored<TrainingPipeline>> FindAsync(string text, CancellationToken ct) => await _table.FindAsync(ResourceName.Parse(text, Collection).ToString(), ct).ConfigureAwait(false);

    private static string JobId(TrainingPipeline pipeline) => "gcp/" + (pipeline.TrainingTaskDefinition == CustomTask.Definition ? pipeline.TrainingTaskMetadata.StructValue.Fields["backingCustomJob"].StringValue : pipeline.Name);

    private static bool IsFinal(PipelineState state) => state is PipelineState.Succeeded or PipelineState.Failed or PipelineState.Cancelled;

    private static string? Field(Stored<TrainingPipeline> pipeline, string path) => path switch
    {
        "display_name" or "displayName" => pipeline.Value.DisplayName,
        "state" => "PIPELINE_STATE_" + pipeline.Value.State.ToString().ToUpperInvariant(),
        "training_task_definition" or "trainingTaskDefinition" => pipeline.Value.TrainingTaskDefinition,
        "create_time" or "createTime" => pipeline.Value.CreateTime.ToDateTimeOffset().ToString("O"),
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => pipeline.Value.Labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
