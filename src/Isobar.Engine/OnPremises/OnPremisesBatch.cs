using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using BatchRun = Isobar.Core.Capabilities.BatchRun;

namespace Isobar.Engine.OnPremises;

/// <summary>The batch predictions of this machine.</summary>
internal sealed class OnPremisesBatch(IBatchJobs jobs, OnPremisesModels models, OnPremisesObjects objects) : IBatch
{
    public async Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct = default)
    {
        if (!(await models.SpecAsync(order.Model, ct).ConfigureAwait(false)).TryGet(out var model, out var error)) return error;
        return (await jobs.SubmitAsync(new BatchSpec
        {
            Id = OnPremisesCloud.Id(order.Name),
            Owner = OnPremisesCloud.Owner,
            Name = order.Name,
            Region = "local",
            Model = model,
            Input = OnPremisesCloud.At(order.Input),
            ContentType = order.ContentType,
            Split = order.SplitLines ? BatchSplit.Line : BatchSplit.None,
            Output = OnPremisesCloud.At(order.Output),
            Accept = order.Accept,
            Assemble = order.SplitLines ? BatchAssembly.Line : BatchAssembly.None,
            Processing = order.JoinInput ? new BatchDataProcessing(JoinInput: true) : null,
        }, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<BatchRun>> GetAsync(string name, CancellationToken ct = default) => (await jobs.GetAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<IReadOnlyList<BatchRun>>> ListAsync(CancellationToken ct = default) =>
        Result<IReadOnlyList<BatchRun>>.Ok([.. (await jobs.ListAsync(OnPremisesCloud.Id(""), ct).ConfigureAwait(false)).OrderByDescending(j => j.Created).Select(Shown)]);

    public async Task<Result<IReadOnlyList<string>>> PredictionsAsync(string name, CancellationToken ct = default)
    {
        if (!(await jobs.GetAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        if (job.State != Training.JobState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The batch job {name} is {job.State}: only a completed one has all its predictions.");
        return await BatchFiles.LinesBesideAsync(objects, OnPremisesCloud.From(job.Spec.Input), OnPremisesCloud.From(job.Spec.Output), ct).ConfigureAwait(false);
    }

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => (await jobs.StopAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(_ => Done.Value);

    private static BatchRun Shown(BatchJob job) => new(job.Spec.Name, OnPremisesCloud.State(job.State), job.Reason, job.Created, job.Ended);
}
