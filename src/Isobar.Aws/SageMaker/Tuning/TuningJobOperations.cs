using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using EngineTrial = Isobar.Engine.Tuning.Trial;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>Hyperparameter tuning jobs over the engine's.</summary>
internal sealed class TuningJobOperations(ResourceTable<CreateHyperParameterTuningJobRequest> table, TuningPlanner planner, TrainingJobOperations training, ITuningJobs jobs) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateHyperParameterTuningJobRequest, CreateHyperParameterTuningJobResponse>("CreateHyperParameterTuningJob", CreateAsync);
        service.Add<DescribeHyperParameterTuningJobRequest, DescribeHyperParameterTuningJobResponse>("DescribeHyperParameterTuningJob", async (request, caller, ct) =>
            await FindAsync(caller, request.HyperParameterTuningJobName!, ct) is var (stored, job)
                ? TuningView.Describe(stored, job, await BestAsync(caller, [job], ct), await OverallBestAsync(caller, stored, job, ct)) with { ConsumedResources = await ConsumedAsync(caller, job, ct) }
                : Missing(caller, request.HyperParameterTuningJobName!));
        service.Add<ListHyperParameterTuningJobsRequest, ListHyperParameterTuningJobsResponse>("ListHyperParameterTuningJobs", ListAsync);
        service.Add<StopHyperParameterTuningJobRequest>("StopHyperParameterTuningJob", StopAsync);
        service.Add<ListTrainingJobsForHyperParameterTuningJobRequest, ListTrainingJobsForHyperParameterTuningJobResponse>("ListTrainingJobsForHyperParameterTuningJob", TrialsAsync);
    }

    private async Task<AwsResult<CreateHyperParameterTuningJobResponse>> CreateAsync(CreateHyperParameterTuningJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.HyperParameterTuningJobName!;
        using var held = await table.LockAsync(caller, name, ct);
        if (await FindAsync(caller, name, ct) is not null) return Exists(caller, name);
        if (!(await planner.PlanAsync(request, caller, table.Arn(caller, name), ct)).TryGet(out var spec, out var failure)) return failure;
        await table.DeleteAsync(caller, name, ct);
        var created = await table.CreateAsync(caller, name, request, request.Tags, ct);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
        if ((await jobs.SubmitAsync(spec, ct)).TryGet(out _, out error)) return new CreateHyperParameterTuningJobResponse { HyperParameterTuningJobArn = stored.Arn };
        if (error.Code != ErrorCode.AlreadyExists) await table.DeleteAsync(caller, name, ct);
        return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
    }

    private async Task<AwsResult<ListHyperParameterTuningJobsResponse>> ListAsync(ListHyperParameterTuningJobsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var items = new List<HyperParameterTuningJobSummary>();
        foreach (var stored in await table.ListAsync(caller, ct))
        {
            if ((await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var job, out _)) items.Add(TuningView.Summary(stored, job));
        }
        var page = Listing.Of(request).Cut(items, s => new(s.HyperParameterTuningJobName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.HyperParameterTuningJobStatus));
        return page.TryGet(out var cut, out var failure) ? new ListHyperParameterTuningJobsResponse { HyperParameterTuningJobSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<NoReply>> StopAsync(StopHyperParameterTuningJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.HyperParameterTuningJobName!, ct) is not var (stored, job)) return Missing(caller, request.HyperParameterTuningJobName!);
        if (job.State == JobState.Stopping) return NoReply.Value;
        if ((await jobs.StopAsync(stored.EngineId, ct)).TryGet(out _, out var error)) return NoReply.Value;
        var now = (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var latest, out _) ? latest.State : job.State;
        return error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.InStatus("hyperparameter tuning", TrainingView.Status(now)) : error;
    }

    private async Task<AwsResult<ListTrainingJobsForHyperParameterTuningJobResponse>> TrialsAsync(ListTrainingJobsForHyperParameterTuningJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.HyperParameterTuningJobName!, ct) is not var (stored, job)) return Missing(caller, request.HyperParameterTuningJobName!);
        var items = new List<HyperParameterTrainingJobSummary>();
        foreach (var trial in job.Trials) items.Add(await TrialAsync(caller, job, trial, ct));
        var page = Listing.Of(request).Cut(items, s => new(s.TrainingJobName!, s.CreationTime ?? stored.Created, s.CreationTime ?? stored.Created, s.TrainingJobStatus, Rank(s)));
        return page.TryGet(out var cut, out var failure) ? new ListTrainingJobsForHyperParameterTuningJobResponse { TrainingJobSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<HyperParameterTuningJobConsumedResources> ConsumedAsync(AwsCaller caller, TuningJob job, CancellationToken ct)
    {
        var seconds = 0;
        foreach (var trial in job.Trials.Where(t => t.TrainingJobId.Length > 0))
            if (await training.FindAsync(caller, SageMakerIds.Parse(trial.TrainingJobId).Name, ct) is var (stored, live)) seconds += TrainingView.Describe(stored, live).TrainingTimeInSeconds ?? 0;
        return new HyperParameterTuningJobConsumedResources { RuntimeInSeconds = seconds };
    }

    private async Task<HyperParameterTrainingJobSummary?> BestAsync(AwsCaller caller, IEnumerable<TuningJob> among, CancellationToken ct)
    {
        var bests = among.Where(j => j.Best is not null).ToList();
        if (bests.Count == 0) return null;
        var winner = bests[0].Spec.Maximize ? bests.MaxBy(j => j.Best!.Objective)! : bests.MinBy(j => j.Best!.Objective)!;
        return await TrialAsync(caller, winner, winner.Best!, ct);
    }

    /// <summary>The best of this job and its parents, where they trained the same algorithm on the same data, so that their objectives can be compared.</summary>
    private async Task<HyperParameterTrainingJobSummary?> OverallBestAsync(AwsCaller caller, Stored<CreateHyperParameterTuningJobRequest> stored, TuningJob job, CancellationToken ct)
    {
        if (stored.Request.WarmStartConfig is not { WarmStartType: "IdenticalDataAndAlgorithm" } warm) return null;
        var all = new List<TuningJob> { job };
        foreach (var parent in warm.ParentHyperParameterTuningJobs!)
            if (parent.HyperParameterTuningJobName is { } name && await FindAsync(caller, name, ct) is var (_, earlier)) all.Add(earlier);
        return await BestAsync(caller, all, ct);
    }

    private async Task<HyperParameterTrainingJobSummary> TrialAsync(AwsCaller caller, TuningJob job, EngineTrial trial, CancellationToken ct)
    {
        var found = await training.FindAsync(caller, SageMakerIds.Parse(trial.TrainingJobId).Name, ct);
        return found is var (stored, live)
            ? TuningView.TrialSummary(job, trial, TrainingView.Summary(stored, live), TrainingView.Describe(stored, live))
            : TuningView.TrialSummary(job, trial, null, null);
    }

    private async Task<(Stored<CreateHyperParameterTuningJobRequest> Stored, TuningJob Job)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var job, out _) ? (stored, job) : null;

    /// <summary>A text that sorts as the objective does; trials without one come last when the best is asked for first.</summary>
    private static string Rank(HyperParameterTrainingJobSummary trial)
    {
        if (trial.FinalHyperParameterTuningJobObjectiveMetric?.Value is not { } value) return "";
        var bits = BitConverter.DoubleToInt64Bits(value);
        var ordered = bits < 0 ? ~(ulong)bits : (ulong)bits | 1UL << 63;
        return ordered.ToString("X16", CultureInfo.InvariantCulture);
    }

    private AwsError Missing(AwsCaller caller, string name) => SageMakerErrors.NotFound($"Amazon SageMaker can't find a tuning job with name {name} ({table.Arn(caller, name)}).");

    private AwsError Exists(AwsCaller caller, string name) =>
        SageMakerErrors.InUse($"Hyperparameter tuning job names must be unique within an AWS account and region, and a tuning job with this name already exists ({table.Arn(caller, name)})");
}
