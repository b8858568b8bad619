using System.Collections.Concurrent;
using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.AutoMl;
using Isobar.Engine.Training;
using EngineJob = Isobar.Engine.Training.TrainingJob;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>Autopilot's jobs over the engine's search, in both of its generations: the first is kept as the second, and shown as what it was.</summary>
internal sealed class AutoMlOperations(ResourceTable<CreateAutoMLJobV2Request> table, AutoMlPlanner planner, AutoMlArtifacts artifacts, S3Inputs inputs, ITrainingJobs jobs) : ISageMakerOperations
{
    private const string Note = "tabular data, text and image classification, forecasting; searches boosted trees, linear models, nearest neighbours and exponential smoothing";
    private readonly ConcurrentDictionary<string, Leaderboard> _boards = new();

    public void AddTo(SageMakerService service)
    {
        service.Add<CreateAutoMLJobV2Request, CreateAutoMLJobV2Response>("CreateAutoMLJobV2", async (request, caller, ct) =>
            (await CreateAsync(request, caller, ct)).TryGet(out var arn, out var failure) ? new CreateAutoMLJobV2Response { AutoMLJobArn = arn } : failure, note: Note);
        service.Add<CreateAutoMLJobRequest, CreateAutoMLJobResponse>("CreateAutoMLJob", async (request, caller, ct) =>
            !AutoMlFirst.ToSecond(request).TryGet(out var second, out var refused) ? refused
            : (await CreateAsync(second, caller, ct)).TryGet(out var arn, out var failure) ? new CreateAutoMLJobResponse { AutoMLJobArn = arn } : failure, note: Note);
        service.Add<DescribeAutoMLJobV2Request, DescribeAutoMLJobV2Response>("DescribeAutoMLJobV2", async (request, caller, ct) => await DescribeAsync(caller, request.AutoMLJobName!, ct));
        service.Add<DescribeAutoMLJobRequest, DescribeAutoMLJobResponse>("DescribeAutoMLJob", async (request, caller, ct) =>
            (await DescribeAsync(caller, request.AutoMLJobName!, ct)).TryGet(out var described, out var failure)
                ? described.AutoMLProblemTypeConfigName == "Tabular" ? AutoMlFirst.Describe(described) : SageMakerErrors.Invalid($"{described.AutoMLJobArn} is described by DescribeAutoMLJobV2.")
                : failure);
        service.Add<ListAutoMLJobsRequest, ListAutoMLJobsResponse>("ListAutoMLJobs", ListAsync);
        service.Add<ListCandidatesForAutoMLJobRequest, ListCandidatesForAutoMLJobResponse>("ListCandidatesForAutoMLJob", CandidatesAsync);
        service.Add<StopAutoMLJobRequest>("StopAutoMLJob", StopAsync);
    }

    /// <summary>Creates a job; its ARN.</summary>
    public async Task<AwsResult<string>> CreateAsync(CreateAutoMLJobV2Request request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.AutoMLJobName!;
        using var held = await table.LockAsync(caller, name, ct);
        if (await FindAsync(caller, name, ct) is not null) return Exists(caller, name);
        if (!planner.Plan(request, caller).TryGet(out var spec, out var failure)) return failure;
        foreach (var channel in spec.Channels)
        {
            if (await inputs.MissingAsync(caller, S3Place.ToUri(channel.Source), channel.Source, request.RoleArn, ct) is { } missing) return missing;
        }
        await table.DeleteAsync(caller, name, ct);
        var created = await table.CreateAsync(caller, name, request, request.Tags, ct);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
        if ((await jobs.SubmitAsync(spec, ct)).TryGet(out _, out error)) return stored.Arn;
        if (error.Code != ErrorCode.AlreadyExists) await table.DeleteAsync(caller, name, ct);
        return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
    }

    public async Task<AwsResult<DescribeAutoMLJobV2Response>> DescribeAsync(AwsCaller caller, string name, CancellationToken ct)
    {
        if (await FindAsync(caller, name, ct) is not var (stored, job)) return Missing(caller, name);
        return (await BoardAsync(stored, job, ct)).TryGet(out var board, out var failure) ? AutoMlView.Describe(stored, job, board.Value) : failure;
    }

    private async Task<AwsResult<ListAutoMLJobsResponse>> ListAsync(ListAutoMLJobsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var items = new List<AutoMLJobSummary>();
        foreach (var stored in await table.ListAsync(caller, ct))
            if (await FindAsync(caller, stored.Name, ct) is var (found, job)) items.Add(AutoMlView.Summary(found, job));
        var page = Listing.Of(request).Cut(items, s => new(s.AutoMLJobName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.AutoMLJobStatus));
        return page.TryGet(out var cut, out var failure) ? new ListAutoMLJobsResponse { AutoMLJobSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<ListCandidatesForAutoMLJobResponse>> CandidatesAsync(ListCandidatesForAutoMLJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.AutoMLJobName!, ct) is not var (stored, job)) return Missing(caller, request.AutoMLJobName!);
        if (!(await BoardAsync(stored, job, ct)).TryGet(out var board, out var failure)) return failure;
        var candidates = (board.Value is null ? [] : AutoMlView.Candidates(stored, job, board.Value)).Where(c => request.CandidateNameEquals is null || c.CandidateName == request.CandidateNameEquals);
        var page = Listing.Of(request).Cut(candidates, c => new(c.CandidateName!, c.CreationTime!.Value, c.LastModifiedTime!.Value, c.CandidateStatus, Rank(c)));
        return page.TryGet(out var cut, out failure) ? new ListCandidatesForAutoMLJobResponse { Candidates = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<NoReply>> StopAsync(StopAutoMLJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.AutoMLJobName!, ct) is not var (_, job)) return Missing(caller, request.AutoMLJobName!);
        if (job.State == JobState.Stopping) return NoReply.Value;
        if ((await jobs.StopAsync(job.Spec.Id, ct)).TryGet(out _, out var error)) return NoReply.Value;
        return error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.InStatus("AutoML", TrainingView.Status(job.State)) : error;
    }

    /// <summary>The leaderboard of a completed job, laid out in its bucket by then; none while it runs.</summary>
    private async Task<AwsResult<Found>> BoardAsync(Stored<CreateAutoMLJobV2Request> stored, EngineJob job, CancellationToken ct)
    {
        if (job.State != JobState.Completed) return new Found(null);
        if (_boards.TryGetValue(job.Spec.Id, out var known)) return new Found(known);
        var caller = new AwsCaller(stored.Account, stored.Region, "", "");
        using var held = await table.LockAsync(caller, stored.Name, ct);
        if (!(await artifacts.LayOutAsync(job.Spec, ct)).TryGet(out var board, out var error))
            return SageMakerErrors.Invalid($"The results of the AutoML job {stored.Arn} cannot be read: {error.Message}");
        return new Found(_boards.GetOrAdd(job.Spec.Id, board));
    }

    private async Task<(Stored<CreateAutoMLJobV2Request> Stored, EngineJob Job)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await jobs.GetAsync(AutoMlPlanner.EngineId(stored.Account, stored.Region, stored.Name), ct)).TryGet(out var job, out _) ? (stored, job) : null;

    private static string Rank(AutoMLCandidate candidate)
    {
        if (candidate.FinalAutoMLJobObjectiveMetric?.Value is not { } value) return "";
        var bits = BitConverter.DoubleToInt64Bits(value);
        return (bits < 0 ? ~(ulong)bits : (ulong)bits | 1UL << 63).ToString("X16", CultureInfo.InvariantCulture);
    }

    private AwsError Missing(AwsCaller caller, string name) => SageMakerErrors.NotFound($"Could not find AutoML job {table.Arn(caller, name)}.");

    private AwsError Exists(AwsCaller caller, string name) =>
        SageMakerErrors.InUse($"AutoML job names must be unique within an AWS account and region, and an AutoML job with this name already exists ({table.Arn(caller, name)})");

    private sealed record Found(Leaderboard? Value);
}
