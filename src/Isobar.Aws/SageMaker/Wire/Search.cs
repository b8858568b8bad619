// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record Experiment
{
    public string? ExperimentName { get; init; }
    public string? ExperimentArn { get; init; }
    public string? DisplayName { get; init; }
    public ExperimentSource? Source { get; init; }
    public string? Description { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public UserContext? LastModifiedBy { get; init; }
    public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record Filter
{
    [Required, Length(1, 255), Pattern(@".+")] public string? Name { get; init; }
    [OneOf<Operator>] public string? Operator { get; init; }
    [Length(1, 1024), Pattern(@".+")] public string? Value { get; init; }
}

internal sealed record NestedFilters
{
    [Required, Length(1, 255), Pattern(@".+")] public string? NestedPropertyName { get; init; }
    [Required, Length(1, 20)] public IReadOnlyList<Filter>? Filters { get; init; }
}

internal sealed record Parent
{
    public string? TrialName { get; init; }
    public string? ExperimentName { get; init; }
}

internal sealed record ProcessingJob
{
    public IReadOnlyList<ProcessingInput>? ProcessingInputs { get; init; }
    public ProcessingOutputConfig? ProcessingOutputConfig { get; init; }
    public string? ProcessingJobName { get; init; }
    public ProcessingResources? ProcessingResources { get; init; }
    public ProcessingStoppingCondition? StoppingCondition { get; init; }
    public AppSpecification? AppSpecification { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public NetworkConfig? NetworkConfig { get; init; }
    public string? RoleArn { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
    public string? ProcessingJobArn { get; init; }
    public string? ProcessingJobStatus { get; init; }
    public string? ExitMessage { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset? ProcessingEndTime { get; init; }
    public DateTimeOffset? ProcessingStartTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public string? MonitoringScheduleArn { get; init; }
    public string? AutoMLJobArn { get; init; }
    public string? TrainingJobArn { get; init; }
    public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record SearchExpression
{
    [Length(1, 20)] public IReadOnlyList<Filter>? Filters { get; init; }
    [Length(1, 20)] public IReadOnlyList<NestedFilters>? NestedFilters { get; init; }
    [Length(1, 20)] public IReadOnlyList<SearchExpression>? SubExpressions { get; init; }
    [OneOf<BooleanOperator>] public string? Operator { get; init; }
}

internal sealed record SearchRecord
{
    public TrainingJob? TrainingJob { get; init; }
    public Experiment? Experiment { get; init; }
    public Trial? Trial { get; init; }
    public TrialComponent? TrialComponent { get; init; }
}

internal sealed record SearchRequest
{
    [Required, OneOf<ResourceType>] public string? Resource { get; init; }
    public SearchExpression? SearchExpression { get; init; }
    [Length(1, 255), Pattern(@".+")] public string? SortBy { get; init; }
    [OneOf<SearchSortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [OneOf<CrossAccountFilterOption>] public string? CrossAccountFilterOption { get; init; }
    [Length(1, 5)] public IReadOnlyList<VisibilityConditions>? VisibilityConditions { get; init; }
}

internal sealed record SearchResponse
{
    public IReadOnlyList<SearchRecord>? Results { get; init; }
    public string? NextToken { get; init; }
    public TotalHits? TotalHits { get; init; }
}

internal sealed record TotalHits
{
    public long? Value { get; init; }
    public string? Relation { get; init; }
}

internal sealed record TrainingJob
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
    public DebugHookConfig? DebugHookConfig { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
    public IReadOnlyList<DebugRuleConfiguration>? DebugRuleConfigurations { get; init; }
    public TensorBoardOutputConfig? TensorBoardOutputConfig { get; init; }
    public IReadOnlyList<DebugRuleEvaluationStatus>? DebugRuleEvaluationStatuses { get; init; }
    public string? OutputModelPackageArn { get; init; }
    public ModelPackageConfig? ModelPackageConfig { get; init; }
    public ProfilerConfig? ProfilerConfig { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public RetryStrategy? RetryStrategy { get; init; }
    public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record TransformJob
{
    public string? TransformJobName { get; init; }
    public string? TransformJobArn { get; init; }
    public string? TransformJobStatus { get; init; }
    public string? FailureReason { get; init; }
    public string? ModelName { get; init; }
    public int? MaxConcurrentTransforms { get; init; }
    public ModelClientConfig? ModelClientConfig { get; init; }
    public int? MaxPayloadInMB { get; init; }
    public string? BatchStrategy { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public TransformInput? TransformInput { get; init; }
    public TransformOutput? TransformOutput { get; init; }
    public BatchDataCaptureConfig? DataCaptureConfig { get; init; }
    public TransformResources? TransformResources { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? TransformStartTime { get; init; }
    public DateTimeOffset? TransformEndTime { get; init; }
    public string? LabelingJobArn { get; init; }
    public string? AutoMLJobArn { get; init; }
    public DataProcessing? DataProcessing { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
    public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record Trial
{
    public string? TrialName { get; init; }
    public string? TrialArn { get; init; }
    public string? DisplayName { get; init; }
    public string? ExperimentName { get; init; }
    public TrialSource? Source { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public UserContext? LastModifiedBy { get; init; }
    public MetadataProperties? MetadataProperties { get; init; }
    public IReadOnlyList<Tag>? Tags { get; init; }
    public IReadOnlyList<TrialComponentSimpleSummary>? TrialComponentSummaries { get; init; }
}

internal sealed record TrialComponent
{
    public string? TrialComponentName { get; init; }
    public string? DisplayName { get; init; }
    public string? TrialComponentArn { get; init; }
    public TrialComponentSource? Source { get; init; }
    public TrialComponentStatus? Status { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public UserContext? LastModifiedBy { get; init; }
    public IReadOnlyDictionary<string, TrialComponentParameterValue>? Parameters { get; init; }
    public IReadOnlyDictionary<string, TrialComponentArtifact>? InputArtifacts { get; init; }
    public IReadOnlyDictionary<string, TrialComponentArtifact>? OutputArtifacts { get; init; }
    public IReadOnlyList<TrialComponentMetricSummary>? Metrics { get; init; }
    public MetadataProperties? MetadataProperties { get; init; }
    public TrialComponentSourceDetail? SourceDetail { get; init; }
    public string? LineageGroupArn { get; init; }
    public IReadOnlyList<Tag>? Tags { get; init; }
    public IReadOnlyList<Parent>? Parents { get; init; }
    public string? RunName { get; init; }
}

internal sealed record TrialComponentSimpleSummary
{
    public string? TrialComponentName { get; init; }
    public string? TrialComponentArn { get; init; }
    public TrialComponentSource? TrialComponentSource { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public UserContext? CreatedBy { get; init; }
}

internal sealed record TrialComponentSourceDetail
{
    public string? SourceArn { get; init; }
    public TrainingJob? TrainingJob { get; init; }
    public ProcessingJob? ProcessingJob { get; init; }
    public TransformJob? TransformJob { get; init; }
}

internal sealed record VisibilityConditions
{
    [Length(1, 128), Pattern(@"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)")] public string? Key { get; init; }
    [Length(0, 256), Pattern(@"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)")] public string? Value { get; init; }
}
