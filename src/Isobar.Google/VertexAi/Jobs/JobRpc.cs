using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.ModelMonitoring;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.Tuning;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary><c>JobService</c>.</summary>
internal sealed partial class JobRpc(IStateStore state, ITrainingJobs jobs, CustomJobPlanner planner, OperationTable operations, BatchPredictions.BatchPredictions batches, HyperparameterTuningJobs studies, MonitoringJobs monitoring, StatsAnomalies anomalies) : JobService.JobServiceBase
{
    public const string CustomJobs = "customJobs";
    private readonly ResourceTable<CustomJob> _table = new(state, CustomJobs);

    public override async Task<CustomJob> CreateCustomJob(CreateCustomJobRequest request, ServerCallContext context)
    {
        var job = request.CustomJob ?? throw Faults.Required("custom_job");
        var name = ResourceName.New(request.Parent, CustomJobs);
        var spec = planner.Plan(name, job, Address(context));
        job.Name = name.ToString();
        // The document goes first: a job that runs must be found by its name.
        var stored = (await _table.InsertAsync(job.Name, job, context.CancellationToken).ConfigureAwait(false)).OrThrow();
        var submitted = await jobs.SubmitAsync(spec, context.CancellationToken).ConfigureAwait(false);
        if (submitted.TryGet(out var accepted, out var error)) return CustomJobView.Of(stored, accepted);
        await _table.DeleteAsync(job.Name, CancellationToken.None).ConfigureAwait(false);
        throw Faults.Of(error);
    }

    public override Task<BatchPredictionJob> CreateBatchPredictionJob(CreateBatchPredictionJobRequest request, ServerCallContext context) => batches.CreateAsync(request, context.CancellationToken);

    public override Task<BatchPredictionJob> GetBatchPredictionJob(GetBatchPredictionJobRequest request, ServerCallContext context) => batches.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListBatchPredictionJobsResponse> ListBatchPredictionJobs(ListBatchPredictionJobsRequest request, ServerCallContext context) => batches.ListAsync(request, context.CancellationToken);

    public override Task<Empty> CancelBatchPredictionJob(CancelBatchPredictionJobRequest request, ServerCallContext context) => batches.CancelAsync(request.Name, context.CancellationToken);

    public override Task<Operation> DeleteBatchPredictionJob(DeleteBatchPredictionJobRequest request, ServerCallContext context) => batches.DeleteAsync(request.Name, context.CancellationToken);

    public override Task<HyperparameterTuningJob> CreateHyperparameterTuningJob(CreateHyperparameterTuningJobRequest request, ServerCallContext context) => studies.CreateAsync(request, Address(context), context.CancellationToken);

    public override Task<HyperparameterTuningJob> GetHyperparameterTuningJob(GetHyperparameterTuningJobRequest request, ServerCallContext context) => studies.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListHyperparameterTuningJobsResponse> ListHyperparameterTuningJobs(ListHyperparameterTuningJobsRequest request, ServerCallContext context) => studies.ListAsync(request, context.CancellationToken);

    public override Task<Empty> CancelHyperparameterTuningJob(CancelHyperparameterTuningJobRequest request, ServerCallContext context) => studies.CancelAsync(request.Name, context.CancellationToken);

    public override Task<Operation> DeleteHyperparameterTuningJob(DeleteHyperparameterTuningJobRequest request, ServerCallContext context) => studies.DeleteAsync(request.Name, context.CancellationToken);

    public override async Task<CustomJob> GetCustomJob(GetCustomJobRequest request, ServerCallContext context)
    {
        var (stored, job) = await FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        return CustomJobView.Of(stored, job);
    }

    public override async Task<ListCustomJobsResponse> ListCustomJobs(ListCustomJobsRequest request, ServerCallContext context)
    {
        var prefix = ResourceName.New(request.Parent, CustomJobs).Parent + $"/{CustomJobs}/";
        var live = (await jobs.ListAsync("gcp/" + prefix, context.CancellationToken).ConfigureAwait(false)).ToDictionary(j => j.Spec.Id);
        var all = (await _table.ListAsync(prefix, context.CancellationToken).ConfigureAwait(false)).Where(s => live.ContainsKey("gcp/" + s.Name)).Select(s => s with { Value = CustomJobView.Of(s, live["gcp/" + s.Name]) });
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, Field);
        return new ListCustomJobsResponse { CustomJobs = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    public override async Task<Empty> CancelCustomJob(CancelCustomJobRequest request, ServerCallContext context)
    {
        var (_, job) = await FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        var stopped = await jobs.StopAsync(job.Spec.Id, context.CancellationToken).ConfigureAwait(false);
        // What has ended meanwhile cannot be cancelled; the documents promise best effort only.
        if (!stopped.TryGet(out _, out var error) && error.Code != ErrorCode.FailedPrecondition) throw Faults.Of(error);
        return new Empty();
    }

    public override async Task<Operation> DeleteCustomJob(DeleteCustomJobRequest request, ServerCallContext context)
    {
        var (stored, job) = await FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        if (!job.IsFinal) throw Faults.Precondition($"The job {request.Name} is in state {CustomJobView.State(job)}: cancel it first.");
        (await jobs.DeleteAsync(job.Spec.Id, context.CancellationToken).ConfigureAwait(false)).OrThrow();
        await _table.DeleteAsync(stored.Name, context.CancellationToken).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(stored.Name, CustomJobs), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), context.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where this emulator answers, as the caller sees it.</summary>
    internal static string Address(ServerCallContext context) => context.GetHttpContext().Request is var http ? $"{http.Scheme}://{http.Host}" : "";

    private async Task<(Stored<CustomJob> Stored, TrainingJob Job)> FindAsync(string text, CancellationToken ct)
    {
        var name = ResourceName.Parse(text, CustomJobs);
        var stored = await _table.FindAsync(text, ct).ConfigureAwait(false);
        return (await jobs.GetAsync(name.Engine, ct).ConfigureAwait(false)).TryGet(out var job, out _) ? (stored, job) : throw Faults.NotFound(text);
    }

    private static string? Field(Stored<CustomJob> job, string path) => JobFields.Read(path, job.Value.DisplayName, job.Value.State, job.Value.CreateTime, job.Value.UpdateTime, job.Value.Labels);
}
