// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record CreateTrainingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TrainingJobName { get; init; }
    [Length(0, 100), Length(0, 2500, On = On.Items), Pattern(@".*", On = On.Items), Length(0, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? HyperParameters { get; init; }
    public AlgorithmSpecification? AlgorithmSpecification { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    [Length(1, 20)] public IReadOnlyList<Channel>? InputDataConfig { get; init; }
    [Required] public OutputDataConfig? OutputDataConfig { get; init; }
    public ResourceConfig? ResourceConfig { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    public StoppingCondition? StoppingCondition { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public bool? EnableInterContainerTrafficEncryption { get; init; }
    public bool? EnableManagedSpotTraining { get; init; }
    public CheckpointConfig? CheckpointConfig { get; init; }
    public DebugHookConfig? DebugHookConfig { get; init; }
    [Length(0, 20)] public IReadOnlyList<DebugRuleConfiguration>? DebugRuleConfigurations { get; init; }
    public TensorBoardOutputConfig? TensorBoardOutputConfig { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
    public ProfilerConfig? ProfilerConfig { get; init; }
    [Length(0, 20)] public IReadOnlyList<ProfilerRuleConfiguration>? ProfilerRuleConfigurations { get; init; }
    [Length(0, 100), Length(0, 512, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 512, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public RetryStrategy? RetryStrategy { get; init; }
    public RemoteDebugConfig? RemoteDebugConfig { get; init; }
    public InfraCheckConfig? InfraCheckConfig { get; init; }
    public SessionChainingConfig? SessionChainingConfig { get; init; }
    public ServerlessJobConfig? ServerlessJobConfig { get; init; }
    public MlflowConfig? MlflowConfig { get; init; }
    public ModelPackageConfig? ModelPackageConfig { get; init; }
}

internal sealed record CreateTrainingJobResponse
{
    public string? TrainingJobArn { get; init; }
}

internal sealed record DeleteTrainingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TrainingJobName { get; init; }
}

internal sealed record DescribeTrainingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TrainingJobName { get; init; }
}

internal sealed record DescribeTrainingJobResponse
{
    public string? TrainingJobName { get; init; }
    public string? TrainingJobArn { get; init; }
    public string? TuningJobArn { get; init; }
    public string? LabelingJobArn { get; init; }
    public string? AutoMLJobArn { get; init; }
    public ModelArtifacts? ModelArtifacts { get; init; }
    public string? TrainingJobStatus { get; init; }
    public string? SecondaryStatus { get; init; }
    public string? FailureReason { get; init; }
    public IReadOnlyDictionary<string, string>? HyperParameters { get; init; }
    public AlgorithmSpecification? AlgorithmSpecification { get; init; }
    public string? RoleArn { get; init; }
    public IReadOnlyList<Channel>? InputDataConfig { get; init; }
    public OutputDataConfig? OutputDataConfig { get; init; }
    public ResourceConfig? ResourceConfig { get; init; }
    public WarmPoolStatus? WarmPoolStatus { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    public StoppingCondition? StoppingCondition { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? TrainingStartTime { get; init; }
    public DateTimeOffset? TrainingEndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public IReadOnlyList<SecondaryStatusTransition>? SecondaryStatusTransitions { get; init; }
    public IReadOnlyList<MetricData>? FinalMetricDataList { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public bool? EnableInterContainerTrafficEncryption { get; init; }
    public bool? EnableManagedSpotTraining { get; init; }
    public CheckpointConfig? CheckpointConfig { get; init; }
    public int? TrainingTimeInSeconds { get; init; }
    public int? BillableTimeInSeconds { get; init; }
    public long? BillableTokenCount { get; init; }
    public DebugHookConfig? DebugHookConfig { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
    public IReadOnlyList<DebugRuleConfiguration>? DebugRuleConfigurations { get; init; }
    public TensorBoardOutputConfig? TensorBoardOutputConfig { get; init; }
    public IReadOnlyList<DebugRuleEvaluationStatus>? DebugRuleEvaluationStatuses { get; init; }
    public ProfilerConfig? ProfilerConfig { get; init; }
    public IReadOnlyList<ProfilerRuleConfiguration>? ProfilerRuleConfigurations { get; init; }
    public IReadOnlyList<ProfilerRuleEvaluationStatus>? ProfilerRuleEvaluationStatuses { get; init; }
    public string? ProfilingStatus { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public RetryStrategy? RetryStrategy { get; init; }
    public RemoteDebugConfig? RemoteDebugConfig { get; init; }
    public InfraCheckConfig? InfraCheckConfig { get; init; }
    public ServerlessJobConfig? ServerlessJobConfig { get; init; }
    public MlflowConfig? MlflowConfig { get; init; }
    public ModelPackageConfig? ModelPackageConfig { get; init; }
    public MlflowDetails? MlflowDetails { get; init; }
    public TrainingProgressInfo? ProgressInfo { get; init; }
    public string? OutputModelPackageArn { get; init; }
}

internal sealed record InfraCheckConfig
{
    public bool? EnableInfraCheck { get; init; }
}

internal sealed record ListTrainingJobsRequest
{
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    [OneOf<TrainingJobStatus>] public string? StatusEquals { get; init; }
    [OneOf<SortBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [OneOf<WarmPoolResourceStatus>] public string? WarmPoolStatusEquals { get; init; }
    [Length(50, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:training-plan/.*")] public string? TrainingPlanArnEquals { get; init; }
}

internal sealed record ListTrainingJobsResponse
{
    public IReadOnlyList<TrainingJobSummary>? TrainingJobSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record MlflowConfig
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:mlflow-[a-zA-Z-]*/.*")] public string? MlflowResourceArn { get; init; }
    [Length(1, 256), Pattern(@".*")] public string? MlflowExperimentName { get; init; }
    [Length(1, 256), Pattern(@".*")] public string? MlflowRunName { get; init; }
}

internal sealed record MlflowDetails
{
    public string? MlflowExperimentId { get; init; }
    public string? MlflowRunId { get; init; }
}

internal sealed record ProfilerConfigForUpdate
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    public long? ProfilingIntervalInMilliseconds { get; init; }
    [Length(0, 20), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items), Length(1, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? ProfilingParameters { get; init; }
    public bool? DisableProfiler { get; init; }
}

internal sealed record ProfilerRuleConfiguration
{
    [Required, Length(1, 256), Pattern(@".*")] public string? RuleConfigurationName { get; init; }
    [Length(0, 4096), Pattern(@".*")] public string? LocalPath { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    [Required, Length(0, 255), Pattern(@".*")] public string? RuleEvaluatorImage { get; init; }
    [OneOf<ProcessingInstanceType>] public string? InstanceType { get; init; }
    [Range(0, double.PositiveInfinity)] public int? VolumeSizeInGB { get; init; }
    [Length(0, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items), Length(1, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? RuleParameters { get; init; }
}

internal sealed record ProfilerRuleEvaluationStatus
{
    public string? RuleConfigurationName { get; init; }
    public string? RuleEvaluationJobArn { get; init; }
    public string? RuleEvaluationStatus { get; init; }
    public string? StatusDetails { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
}

internal sealed record RemoteDebugConfig
{
    public bool? EnableRemoteDebug { get; init; }
}

internal sealed record RemoteDebugConfigForUpdate
{
    public bool? EnableRemoteDebug { get; init; }
}

internal sealed record ResourceConfigForUpdate
{
    [Required, Range(0, 21600)] public int? KeepAlivePeriodInSeconds { get; init; }
}

internal sealed record ServerlessJobConfig
{
    [Required, Length(1, 2048), Pattern(@"(arn:[a-z0-9-\.]{1,63}:sagemaker:\w+(?:-\w+)+:(\d{12}|aws):hub-content\/)[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}\/Model\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}(\/\d{1,4}.\d{1,4}.\d{1,4})?")] public string? BaseModelArn { get; init; }
    public bool? AcceptEula { get; init; }
    [Required, OneOf<ServerlessJobType>] public string? JobType { get; init; }
    [OneOf<CustomizationTechnique>] public string? CustomizationTechnique { get; init; }
    [OneOf<Peft>] public string? Peft { get; init; }
    [OneOf<EvaluationType>] public string? EvaluationType { get; init; }
    [Pattern(@".*")] public string? EvaluatorArn { get; init; }
}

internal sealed record SessionChainingConfig
{
    public bool? EnableSessionTagChaining { get; init; }
}

internal sealed record StopTrainingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TrainingJobName { get; init; }
}

internal sealed record TrainingJobSummary
{
    public string? TrainingJobName { get; init; }
    public string? TrainingJobArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? TrainingEndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? TrainingJobStatus { get; init; }
    public string? SecondaryStatus { get; init; }
    public WarmPoolStatus? WarmPoolStatus { get; init; }
    public string? TrainingPlanArn { get; init; }
}

internal sealed record TrainingProgressInfo
{
    public long? TotalStepCountPerEpoch { get; init; }
    public long? CurrentStep { get; init; }
    public long? CurrentEpoch { get; init; }
    public long? MaxEpoch { get; init; }
}

internal sealed record UpdateTrainingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TrainingJobName { get; init; }
    public ProfilerConfigForUpdate? ProfilerConfig { get; init; }
    [Length(0, 20)] public IReadOnlyList<ProfilerRuleConfiguration>? ProfilerRuleConfigurations { get; init; }
    public ResourceConfigForUpdate? ResourceConfig { get; init; }
    public RemoteDebugConfigForUpdate? RemoteDebugConfig { get; init; }
}

internal sealed record UpdateTrainingJobResponse
{
    public string? TrainingJobArn { get; init; }
}
