// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AutoParameter
{
    [Required, Length(0, 256), Pattern(@".*")] public string? Name { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? ValueHint { get; init; }
}

internal sealed record Autotune
{
    [Required, OneOf<AutotuneMode>] public string? Mode { get; init; }
}

internal sealed record BestObjectiveNotImproving
{
    [Range(3, double.PositiveInfinity)] public int? MaxNumberOfTrainingJobsNotImproving { get; init; }
}

internal sealed record CategoricalParameterRange
{
    [Required, Length(0, 256), Pattern(@".*")] public string? Name { get; init; }
    [Required, Length(1, 30), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? Values { get; init; }
}

internal sealed record ContinuousParameterRange
{
    [Required, Length(0, 256), Pattern(@".*")] public string? Name { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? MinValue { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? MaxValue { get; init; }
    [OneOf<HyperParameterScalingType>] public string? ScalingType { get; init; }
}

internal sealed record ConvergenceDetected
{
    [OneOf<CompleteOnConvergence>] public string? CompleteOnConvergence { get; init; }
}

internal sealed record CreateHyperParameterTuningJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? HyperParameterTuningJobName { get; init; }
    [Required] public HyperParameterTuningJobConfig? HyperParameterTuningJobConfig { get; init; }
    public HyperParameterTrainingJobDefinition? TrainingJobDefinition { get; init; }
    [Length(1, 10)] public IReadOnlyList<HyperParameterTrainingJobDefinition>? TrainingJobDefinitions { get; init; }
    public HyperParameterTuningJobWarmStartConfig? WarmStartConfig { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public Autotune? Autotune { get; init; }
}

internal sealed record CreateHyperParameterTuningJobResponse
{
    public string? HyperParameterTuningJobArn { get; init; }
}

internal sealed record DescribeHyperParameterTuningJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? HyperParameterTuningJobName { get; init; }
}

internal sealed record DescribeHyperParameterTuningJobResponse
{
    public string? HyperParameterTuningJobName { get; init; }
    public string? HyperParameterTuningJobArn { get; init; }
    public HyperParameterTuningJobConfig? HyperParameterTuningJobConfig { get; init; }
    public HyperParameterTrainingJobDefinition? TrainingJobDefinition { get; init; }
    public IReadOnlyList<HyperParameterTrainingJobDefinition>? TrainingJobDefinitions { get; init; }
    public string? HyperParameterTuningJobStatus { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? HyperParameterTuningEndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public TrainingJobStatusCounters? TrainingJobStatusCounters { get; init; }
    public ObjectiveStatusCounters? ObjectiveStatusCounters { get; init; }
    public HyperParameterTrainingJobSummary? BestTrainingJob { get; init; }
    public HyperParameterTrainingJobSummary? OverallBestTrainingJob { get; init; }
    public HyperParameterTuningJobWarmStartConfig? WarmStartConfig { get; init; }
    public Autotune? Autotune { get; init; }
    public string? FailureReason { get; init; }
    public HyperParameterTuningJobCompletionDetails? TuningJobCompletionDetails { get; init; }
    public HyperParameterTuningJobConsumedResources? ConsumedResources { get; init; }
}

internal sealed record FinalHyperParameterTuningJobObjectiveMetric
{
    public string? Type { get; init; }
    public string? MetricName { get; init; }
    public double? Value { get; init; }
}

internal sealed record HyperParameterAlgorithmSpecification
{
    [Length(0, 255), Pattern(@".*")] public string? TrainingImage { get; init; }
    [Required, OneOf<TrainingInputMode>] public string? TrainingInputMode { get; init; }
    [Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? AlgorithmName { get; init; }
    [Length(0, 40)] public IReadOnlyList<MetricDefinition>? MetricDefinitions { get; init; }
}

internal sealed record HyperParameterTrainingJobDefinition
{
    [Length(1, 64), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}")] public string? DefinitionName { get; init; }
    public HyperParameterTuningJobObjective? TuningObjective { get; init; }
    public ParameterRanges? HyperParameterRanges { get; init; }
    [Length(0, 100), Length(0, 2500, On = On.Items), Pattern(@".*", On = On.Items), Length(0, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? StaticHyperParameters { get; init; }
    [Required] public HyperParameterAlgorithmSpecification? AlgorithmSpecification { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    [Length(1, 20)] public IReadOnlyList<Channel>? InputDataConfig { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    [Required] public OutputDataConfig? OutputDataConfig { get; init; }
    public ResourceConfig? ResourceConfig { get; init; }
    public HyperParameterTuningResourceConfig? HyperParameterTuningResourceConfig { get; init; }
    [Required] public StoppingCondition? StoppingCondition { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public bool? EnableInterContainerTrafficEncryption { get; init; }
    public bool? EnableManagedSpotTraining { get; init; }
    public CheckpointConfig? CheckpointConfig { get; init; }
    public RetryStrategy? RetryStrategy { get; init; }
    [Length(0, 48), Length(0, 512, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 512, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
}

internal sealed record HyperParameterTrainingJobSummary
{
    public string? TrainingJobDefinitionName { get; init; }
    public string? TrainingJobName { get; init; }
    public string? TrainingJobArn { get; init; }
    public string? TuningJobName { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? TrainingStartTime { get; init; }
    public DateTimeOffset? TrainingEndTime { get; init; }
    public string? TrainingJobStatus { get; init; }
    public IReadOnlyDictionary<string, string>? TunedHyperParameters { get; init; }
    public string? FailureReason { get; init; }
    public FinalHyperParameterTuningJobObjectiveMetric? FinalHyperParameterTuningJobObjectiveMetric { get; init; }
    public string? ObjectiveStatus { get; init; }
}

internal sealed record HyperParameterTuningInstanceConfig
{
    [Required, OneOf<TrainingInstanceType>] public string? InstanceType { get; init; }
    [Required, Range(0, double.PositiveInfinity)] public int? InstanceCount { get; init; }
    [Required, Range(1, double.PositiveInfinity)] public int? VolumeSizeInGB { get; init; }
}

internal sealed record HyperParameterTuningJobCompletionDetails
{
    public int? NumberOfTrainingJobsObjectiveNotImproving { get; init; }
    public DateTimeOffset? ConvergenceDetectedTime { get; init; }
}

internal sealed record HyperParameterTuningJobConfig
{
    [Required, OneOf<HyperParameterTuningJobStrategyType>] public string? Strategy { get; init; }
    public HyperParameterTuningJobStrategyConfig? StrategyConfig { get; init; }
    public HyperParameterTuningJobObjective? HyperParameterTuningJobObjective { get; init; }
    [Required] public ResourceLimits? ResourceLimits { get; init; }
    public ParameterRanges? ParameterRanges { get; init; }
    [OneOf<TrainingJobEarlyStoppingType>] public string? TrainingJobEarlyStoppingType { get; init; }
    public TuningJobCompletionCriteria? TuningJobCompletionCriteria { get; init; }
    [Range(0, double.PositiveInfinity)] public int? RandomSeed { get; init; }
}

internal sealed record HyperParameterTuningJobConsumedResources
{
    public int? RuntimeInSeconds { get; init; }
}

internal sealed record HyperParameterTuningJobObjective
{
    [Required, OneOf<HyperParameterTuningJobObjectiveType>] public string? Type { get; init; }
    [Required, Length(1, 255), Pattern(@".+")] public string? MetricName { get; init; }
}

internal sealed record HyperParameterTuningJobStrategyConfig
{
    public HyperbandStrategyConfig? HyperbandStrategyConfig { get; init; }
}

internal sealed record HyperParameterTuningJobSummary
{
    public string? HyperParameterTuningJobName { get; init; }
    public string? HyperParameterTuningJobArn { get; init; }
    public string? HyperParameterTuningJobStatus { get; init; }
    public string? Strategy { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? HyperParameterTuningEndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public TrainingJobStatusCounters? TrainingJobStatusCounters { get; init; }
    public ObjectiveStatusCounters? ObjectiveStatusCounters { get; init; }
    public ResourceLimits? ResourceLimits { get; init; }
}

internal sealed record HyperParameterTuningJobWarmStartConfig
{
    [Required, Length(1, 5)] public IReadOnlyList<ParentHyperParameterTuningJob>? ParentHyperParameterTuningJobs { get; init; }
    [Required, OneOf<HyperParameterTuningJobWarmStartType>] public string? WarmStartType { get; init; }
}

internal sealed record HyperParameterTuningResourceConfig
{
    [OneOf<TrainingInstanceType>] public string? InstanceType { get; init; }
    [Range(0, double.PositiveInfinity)] public int? InstanceCount { get; init; }
    [Range(0, double.PositiveInfinity)] public int? VolumeSizeInGB { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? VolumeKmsKeyId { get; init; }
    [OneOf<HyperParameterTuningAllocationStrategy>] public string? AllocationStrategy { get; init; }
    [Length(1, 6)] public IReadOnlyList<HyperParameterTuningInstanceConfig>? InstanceConfigs { get; init; }
}

internal sealed record HyperbandStrategyConfig
{
    [Range(1, double.PositiveInfinity)] public int? MinResource { get; init; }
    [Range(1, double.PositiveInfinity)] public int? MaxResource { get; init; }
}

internal sealed record IntegerParameterRange
{
    [Required, Length(0, 256), Pattern(@".*")] public string? Name { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? MinValue { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? MaxValue { get; init; }
    [OneOf<HyperParameterScalingType>] public string? ScalingType { get; init; }
}

internal sealed record ListHyperParameterTuningJobsRequest
{
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [OneOf<HyperParameterTuningJobSortByOptions>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    [OneOf<HyperParameterTuningJobStatus>] public string? StatusEquals { get; init; }
}

internal sealed record ListHyperParameterTuningJobsResponse
{
    public IReadOnlyList<HyperParameterTuningJobSummary>? HyperParameterTuningJobSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListTrainingJobsForHyperParameterTuningJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? HyperParameterTuningJobName { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [OneOf<TrainingJobStatus>] public string? StatusEquals { get; init; }
    [OneOf<TrainingJobSortByOptions>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
}

internal sealed record ListTrainingJobsForHyperParameterTuningJobResponse
{
    public IReadOnlyList<HyperParameterTrainingJobSummary>? TrainingJobSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ObjectiveStatusCounters
{
    public int? Succeeded { get; init; }
    public int? Pending { get; init; }
    public int? Failed { get; init; }
}

internal sealed record ParameterRanges
{
    [Length(0, 30)] public IReadOnlyList<IntegerParameterRange>? IntegerParameterRanges { get; init; }
    [Length(0, 30)] public IReadOnlyList<ContinuousParameterRange>? ContinuousParameterRanges { get; init; }
    [Length(0, 30)] public IReadOnlyList<CategoricalParameterRange>? CategoricalParameterRanges { get; init; }
    [Length(0, 100)] public IReadOnlyList<AutoParameter>? AutoParameters { get; init; }
}

internal sealed record ParentHyperParameterTuningJob
{
    [Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? HyperParameterTuningJobName { get; init; }
}

internal sealed record ResourceLimits
{
    [Range(1, double.PositiveInfinity)] public int? MaxNumberOfTrainingJobs { get; init; }
    [Required, Range(1, double.PositiveInfinity)] public int? MaxParallelTrainingJobs { get; init; }
    [Range(120, 15768000)] public int? MaxRuntimeInSeconds { get; init; }
}

internal sealed record StopHyperParameterTuningJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? HyperParameterTuningJobName { get; init; }
}

internal sealed record TrainingJobStatusCounters
{
    public int? Completed { get; init; }
    public int? InProgress { get; init; }
    public int? RetryableError { get; init; }
    public int? NonRetryableError { get; init; }
    public int? Stopped { get; init; }
}

internal sealed record TuningJobCompletionCriteria
{
    public double? TargetObjectiveMetricValue { get; init; }
    public BestObjectiveNotImproving? BestObjectiveNotImproving { get; init; }
    public ConvergenceDetected? ConvergenceDetected { get; init; }
}
