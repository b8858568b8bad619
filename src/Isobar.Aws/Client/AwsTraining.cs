using System.Globalization;
using System.Text.Json;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>SageMaker training jobs.</summary>
internal sealed class AwsTraining(SageMakerCalls calls, AwsLogs logs) : ITraining
{
    private const string ProgramKey = "sagemaker_program", SourceKey = "sagemaker_submit_directory";

    public bool KeepsCheckpoints => true;

    public async Task<Result<TrainingRun>> StartAsync(TrainingOrder order, CancellationToken ct = default)
    {
        var created = await calls.CallAsync<CreateTrainingJobRequest, CreateTrainingJobResponse>("CreateTrainingJob", new CreateTrainingJobRequest
        {
            TrainingJobName = order.Name,
            AlgorithmSpecification = new AlgorithmSpecification { TrainingImage = Image(calls.Options, order.Code is null ? order.Algorithm : CodeWords.Name), TrainingInputMode = "File" },
            HyperParameters = HyperParameters(order),
            RoleArn = calls.Options.RoleArn,
            InputDataConfig = Channels(order),
            OutputDataConfig = new OutputDataConfig { S3OutputPath = Uri(order.Output) },
            ResourceConfig = Resources(calls.Options, order),
            StoppingCondition = Stopping(order),
            EnableManagedSpotTraining = order.Spot ? true : null,
            CheckpointConfig = order.Checkpoints ? new CheckpointConfig { S3Uri = Uri(order.CheckpointsAt) } : null,
        }, ct);
        return created.TryGet(out _, out var error) ? await GetAsync(order.Name, ct) : error;
    }

    public async Task<Result<TrainingRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await DescribeAsync(name, ct)).TryGet(out var found, out var error)) return error;
        // Code tells its metrics in its log alone: SageMaker would have to be told their names beforehand.
        return found.IsCode && found.Run is { IsFinal: true, Metrics.Count: 0 } ? found.Run with { Metrics = LogMetrics.Of(await CodeWords.LinesAsync(this, name, ct)) } : found.Run;
    }

    private async Task<Result<(TrainingRun Run, bool IsCode)>> DescribeAsync(string name, CancellationToken ct) =>
        (await calls.ReadAsync<DescribeTrainingJobRequest, DescribeTrainingJobResponse>("DescribeTrainingJob", new() { TrainingJobName = name }, ct)).Map(job => (new TrainingRun
        {
            Name = job.TrainingJobName!,
            State = State(job.TrainingJobStatus),
            Step = job.SecondaryStatus ?? "",
            Reason = job.FailureReason,
            Created = job.CreationTime ?? default,
            Ended = job.TrainingEndTime,
            Metrics = (job.FinalMetricDataList ?? []).GroupBy(m => m.MetricName!).ToDictionary(g => g.Key, g => g.Last().Value ?? double.NaN),
            // SageMaker names the place from the start; there is a model once the job has ended.
            Model = job.ModelArtifacts?.S3ModelArtifacts is { } at && job.TrainingJobStatus is "Completed" or "Stopped" ? Location(at) : null,
            BillableSeconds = job.BillableTimeInSeconds,
        }, job.HyperParameters?.ContainsKey(ProgramKey) == true));

    public async Task<Result<IReadOnlyList<TrainingRun>>> ListAsync(CancellationToken ct = default)
    {
        var all = new List<TrainingRun>();
        string? next = null;
        do
        {
            var page = await calls.ReadAsync<ListTrainingJobsRequest, ListTrainingJobsResponse>("ListTrainingJobs", new() { MaxResults = 100, NextToken = next, SortBy = "CreationTime", SortOrder = "Descending" }, ct);
            if (!page.TryGet(out var jobs, out var error)) return error;
            all.AddRange(jobs.TrainingJobSummaries!.Select(j => new TrainingRun { Name = j.TrainingJobName!, State = State(j.TrainingJobStatus), Step = j.SecondaryStatus ?? "", Created = j.CreationTime ?? default, Ended = j.TrainingEndTime }));
            next = jobs.NextToken;
        }
        while (next is not null);
        return all;
    }

    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => calls.DoAsync("StopTrainingJob", new StopTrainingJobRequest { TrainingJobName = name }, ct);

    public Task<Result<RunLogPage>> LogAsync(string name, string? after = null, CancellationToken ct = default) => logs.ReadAsync("/aws/sagemaker/TrainingJobs", name + "/", after, ct);

    public static Dictionary<string, string> HyperParameters(TrainingOrder order)
    {
        // Script mode reads its own two as JSON.
        if (order.Code is { } code) return new Dictionary<string, string>(order.HyperParameters) { [ProgramKey] = JsonSerializer.Serialize(code.Entry), [SourceKey] = JsonSerializer.Serialize(Uri(code.Archive)) };
        var all = new Dictionary<string, string>(order.HyperParameters) { ["task"] = order.Task, ["seed"] = order.Seed.ToString(CultureInfo.InvariantCulture) };
        if (order.Label is { } label) all["label"] = label;
        if (order.Ignore.Count > 0) all["ignore"] = string.Join(',', order.Ignore);
        return all;
    }

    public static IReadOnlyList<Channel> Channels(TrainingOrder order) => [.. order.Channels.Select(c => new Channel
    {
        ChannelName = c.Key,
        ContentType = order.ContentType,
        DataSource = new DataSource { S3DataSource = new S3DataSource { S3DataType = "S3Prefix", S3Uri = Uri(c.Value), S3DataDistributionType = "FullyReplicated" } },
    })];

    public static ResourceConfig Resources(AwsClientOptions options, TrainingOrder order) => new() { InstanceType = order.InstanceType ?? options.InstanceType, InstanceCount = 1, VolumeSizeInGB = 10 };

    public static StoppingCondition Stopping(TrainingOrder order)
    {
        var seconds = (int)Math.Ceiling(order.MaxRunTime.TotalSeconds);
        return new() { MaxRuntimeInSeconds = seconds, MaxWaitTimeInSeconds = order.Spot ? seconds * 2 : null };
    }

    public static string Image(AwsClientOptions options, string algorithm) => string.Format(CultureInfo.InvariantCulture, options.ImageFormat, algorithm);

    public static RunState State(string? status) => status switch
    {
        "Completed" => RunState.Completed,
        "Failed" => RunState.Failed,
        "Stopping" => RunState.Stopping,
        "Stopped" => RunState.Stopped,
        _ => RunState.InProgress,
    };

    public static string Uri(DataLocation at) => $"s3://{at.Bucket}/{at.Key}";

    public static DataLocation Location(string uri)
    {
        var parts = uri["s3://".Length..].Split('/', 2);
        return new DataLocation(parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
