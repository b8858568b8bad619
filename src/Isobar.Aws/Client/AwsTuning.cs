using System.Globalization;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>SageMaker hyperparameter tuning jobs.</summary>
internal sealed class AwsTuning(SageMakerCalls calls) : ITuning
{
    public async Task<Result<TuningRun>> StartAsync(TuningOrder order, CancellationToken ct = default)
    {
        var job = order.Template;
        var searched = order.Ranges.Select(r => r.Name).ToHashSet();
        var created = await calls.CallAsync<CreateHyperParameterTuningJobRequest, CreateHyperParameterTuningJobResponse>("CreateHyperParameterTuningJob", new CreateHyperParameterTuningJobRequest
        {
            HyperParameterTuningJobName = job.Name,
            HyperParameterTuningJobConfig = new HyperParameterTuningJobConfig
            {
                Strategy = order.Strategy,
                HyperParameterTuningJobObjective = new HyperParameterTuningJobObjective { Type = order.Minimize ? "Minimize" : "Maximize", MetricName = order.Metric },
                ResourceLimits = new ResourceLimits { MaxNumberOfTrainingJobs = order.MaxJobs, MaxParallelTrainingJobs = order.MaxParallel },
                ParameterRanges = Ranges(order.Ranges),
            },
            TrainingJobDefinition = new HyperParameterTrainingJobDefinition
            {
                AlgorithmSpecification = new HyperParameterAlgorithmSpecification { TrainingImage = AwsTraining.Image(calls.Options, job.Algorithm), TrainingInputMode = "File" },
                StaticHyperParameters = AwsTraining.HyperParameters(job).Where(p => !searched.Contains(p.Key)).ToDictionary(),
                RoleArn = calls.Options.RoleArn,
                InputDataConfig = AwsTraining.Channels(job),
                OutputDataConfig = new OutputDataConfig { S3OutputPath = AwsTraining.Uri(job.Output) },
                ResourceConfig = AwsTraining.Resources(calls.Options, job),
                StoppingCondition = AwsTraining.Stopping(job),
                EnableManagedSpotTraining = job.Spot ? true : null,
            },
        }, ct);
        return created.TryGet(out _, out var error) ? await GetAsync(job.Name, ct) : error;
    }

    public async Task<Result<TuningRun>> GetAsync(string name, CancellationToken ct = default) =>
        (await calls.ReadAsync<DescribeHyperParameterTuningJobRequest, DescribeHyperParameterTuningJobResponse>("DescribeHyperParameterTuningJob", new() { HyperParameterTuningJobName = name }, ct))
        .Map(j => new TuningRun(j.HyperParameterTuningJobName!, AwsTraining.State(j.HyperParameterTuningJobStatus), j.FailureReason, j.TrainingJobStatusCounters?.Completed ?? 0,
            j.BestTrainingJob?.TrainingJobName, j.BestTrainingJob?.FinalHyperParameterTuningJobObjectiveMetric?.Value, j.BestTrainingJob?.TunedHyperParameters ?? new Dictionary<string, string>()));

    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => calls.DoAsync("StopHyperParameterTuningJob", new StopHyperParameterTuningJobRequest { HyperParameterTuningJobName = name }, ct);

    private static ParameterRanges Ranges(IReadOnlyList<SearchRange> ranges) => new()
    {
        IntegerParameterRanges = NullIfEmpty(ranges.Where(r => r.Choices is null && r.Whole).Select(r => new IntegerParameterRange { Name = r.Name, MinValue = Text(r.Min), MaxValue = Text(r.Max), ScalingType = Scale(r) })),
        ContinuousParameterRanges = NullIfEmpty(ranges.Where(r => r.Choices is null && !r.Whole).Select(r => new ContinuousParameterRange { Name = r.Name, MinValue = Text(r.Min), MaxValue = Text(r.Max), ScalingType = Scale(r) })),
        CategoricalParameterRanges = NullIfEmpty(ranges.Where(r => r.Choices is not null).Select(r => new CategoricalParameterRange { Name = r.Name, Values = r.Choices })),
    };

    private static string Scale(SearchRange range) => range.Logarithmic ? "Logarithmic" : "Linear";

    private static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static IReadOnlyList<T>? NullIfEmpty<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;
}
