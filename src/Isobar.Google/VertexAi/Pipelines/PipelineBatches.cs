using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>Pipeline jobs that are cancelled or deleted together. Nothing is done to any where one of them forbids it.</summary>
internal sealed class PipelineBatches(PipelineJobs jobs, IPipelineExecutions executions, OperationTable operations) : IFollowedWork
{
    // As the protocol's description has it.
    private const int MaxNames = 32;
    private const char Between = '\n';

    public string Kind => "pipelineJobs.cancelled";

    public async Task<Operation> DeleteAsync(BatchDeletePipelineJobsRequest request, CancellationToken ct)
    {
        var parent = ResourceName.New(request.Parent, PipelineJobs.Collection);
        var found = await FindAsync(parent, request.Names, ct).ConfigureAwait(false);
        if (found.FirstOrDefault(j => !PipelineJobView.IsFinal(j)) is { } running) throw Faults.Precondition($"The pipeline job {running.Name} is {running.State}: cancel it first. None is deleted.");
        foreach (var job in found) await jobs.RemoveAsync(job.Name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(parent, new DeleteOperationMetadata { GenericMetadata = operations.Now() }, new BatchDeletePipelineJobsResponse { PipelineJobs = { found } }, ct).ConfigureAwait(false);
    }

    /// <summary>Asks all to end; those that have ended already are passed over. The operation is done when all have.</summary>
    public async Task<Operation> CancelAsync(BatchCancelPipelineJobsRequest request, CancellationToken ct)
    {
        var parent = ResourceName.New(request.Parent, PipelineJobs.Collection);
        var running = (await FindAsync(parent, request.Names, ct).ConfigureAwait(false)).Where(j => !PipelineJobView.IsFinal(j)).Select(j => j.Name).ToList();
        foreach (var name in running) await jobs.CancelAsync(name, ct).ConfigureAwait(false);
        return await operations.FollowingAsync(parent, new BatchCancelPipelineJobsOperationMetadata { GenericMetadata = operations.Now() }, Kind, string.Join(Between, running), ct).ConfigureAwait(false);
    }

    public async Task<FollowedResult> LookAsync(string name, CancellationToken ct)
    {
        var response = new BatchCancelPipelineJobsResponse();
        foreach (var each in name.Split(Between, StringSplitOptions.RemoveEmptyEntries))
        {
            // One that was deleted since has ended too.
            if (!(await executions.GetAsync(ResourceName.Parse(each, PipelineJobs.Collection).Engine, ct).ConfigureAwait(false)).TryGet(out var execution, out _)) continue;
            if (!execution.IsFinal) return FollowedResult.UnderWay;
            response.PipelineJobs.Add(await jobs.GetAsync(each, ct).ConfigureAwait(false));
        }
        return new FollowedResult(response, null);
    }

    // The jobs are asked to end already.
    Task IFollowedWork.CancelAsync(string name, CancellationToken ct) => Task.CompletedTask;

    private async Task<IReadOnlyList<PipelineJob>> FindAsync(ResourceName parent, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        if (names.Count is 0 or > MaxNames) throw Faults.Invalid("names", names.Count.ToString(CultureInfo.InvariantCulture), $"1 to {MaxNames} names");
        var found = new List<PipelineJob>();
        foreach (var name in names.Distinct())
        {
            if (!name.StartsWith($"{parent.Parent}/{PipelineJobs.Collection}/", StringComparison.Ordinal)) throw Faults.Invalid("names", name, $"a pipeline job of {parent.Parent}");
            found.Add(await jobs.GetAsync(name, ct).ConfigureAwait(false));
        }
        return found;
    }
}
