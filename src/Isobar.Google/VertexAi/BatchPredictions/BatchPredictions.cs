using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.BatchPredictions;

/// <summary>The batch prediction jobs of <c>JobService</c>.</summary>
internal sealed class BatchPredictions(IStateStore state, IBatchJobs jobs, BatchPredictionPlanner planner, OperationTable operations)
{
    private const string Collection = "batchPredictionJobs";
    private readonly ResourceTable<BatchPredictionJob> _table = new(state, Collection);

    public async Task<BatchPredictionJob> CreateAsync(CreateBatchPredictionJobRequest request, CancellationToken ct)
    {
        var job = request.BatchPredictionJob ?? throw Faults.Required("batch_prediction_job");
        var name = ResourceName.New(request.Parent, Collection);
        var spec = await planner.PlanAsync(name, job, ct).ConfigureAwait(false);
        job.Name = name.ToString();
        // The document goes first: a job that runs must be found by its name.
        var stored = (await _table.InsertAsync(job.Name, job, ct).ConfigureAwait(false)).OrThrow();
        var submitted = await jobs.SubmitAsync(spec, ct).ConfigureAwait(false);
        if (submitted.TryGet(out var accepted, out var error)) return BatchPredictionView.Of(stored, accepted);
        await _table.DeleteAsync(job.Name, CancellationToken.None).ConfigureAwait(false);
        throw Faults.Of(error);
    }

    public async Task<BatchPredictionJob> GetAsync(string name, CancellationToken ct)
    {
        var (stored, job) = await FindAsync(name, ct).ConfigureAwait(false);
        return BatchPredictionView.Of(stored, job);
    }

    public async Task<ListBatchPredictionJobsResponse> ListAsync(ListBatchPredictionJobsRequest request, CancellationToken ct)
    {
        var prefix = ResourceName.New(request.Parent, Collection).Parent + $"/{Collection}/";
        var live = (await jobs.ListAsync("gcp/" + prefix, ct).ConfigureAwait(false)).ToDictionary(j => j.Spec.Id);
        var all = (await _table.ListAsync(prefix, ct).ConfigureAwait(false)).Where(s => live.ContainsKey("gcp/" + s.Name)).Select(s => s with { Value = BatchPredictionView.Of(s, live["gcp/" + s.Name]) });
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, BatchPredictionView.Field);
        return new ListBatchPredictionJobsResponse { BatchPredictionJobs = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    public async Task<Empty> CancelAsync(string name, CancellationToken ct)
    {
        var (_, job) = await FindAsync(name, ct).ConfigureAwait(false);
        var stopped = await jobs.StopAsync(job.Spec.Id, ct).ConfigureAwait(false);
        // What has ended meanwhile cannot be cancelled; the documents promise best effort only.
        if (!stopped.TryGet(out _, out var error) && error.Code != ErrorCode.FailedPrecondition) throw Faults.Of(error);
        return new Empty();
    }

    public async Task<Operation> DeleteAsync(string name, CancellationToken ct)
    {
        var (stored, job) = await FindAsync(name, ct).ConfigureAwait(false);
        (await jobs.DeleteAsync(job.Spec.Id, ct).ConfigureAwait(false)).OrThrow();
        await _table.DeleteAsync(stored.Name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(stored.Name, Collection), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    private async Task<(Stored<BatchPredictionJob> Stored, BatchJob Job)> FindAsync(string text, CancellationToken ct)
    {
        var name = ResourceName.Parse(text, Collection);
        var stored = await _table.FindAsync(text, ct).ConfigureAwait(false);
        return (await jobs.GetAsync(name.Engine, ct).ConfigureAwait(false)).TryGet(out var job, out _) ? (stored, job) : throw Faults.NotFound(text);
    }
}
