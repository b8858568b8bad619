// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AssociateTrialComponentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentName { get; init; }
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
}

internal sealed record AssociateTrialComponentResponse
{
    public string? TrialComponentArn { get; init; }
    public string? TrialArn { get; init; }
}

internal sealed record CreateExperimentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? DisplayName { get; init; }
    [Length(0, 3072), Pattern(@".*")] public string? Description { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateExperimentResponse
{
    public string? ExperimentArn { get; init; }
}

internal sealed record CreateTrialComponentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? DisplayName { get; init; }
    public TrialComponentStatus? Status { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    [Length(0, 300), Length(0, 320, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, TrialComponentParameterValue>? Parameters { get; init; }
    [Length(0, 60), Length(0, 128, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, TrialComponentArtifact>? InputArtifacts { get; init; }
    [Length(0, 60), Length(0, 128, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, TrialComponentArtifact>? OutputArtifacts { get; init; }
    public MetadataProperties? MetadataProperties { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateTrialComponentResponse
{
    public string? TrialComponentArn { get; init; }
}

internal sealed record CreateTrialRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? DisplayName { get; init; }
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
    public MetadataProperties? MetadataProperties { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateTrialResponse
{
    public string? TrialArn { get; init; }
}

internal sealed record DeleteExperimentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
}

internal sealed record DeleteExperimentResponse
{
    public string? ExperimentArn { get; init; }
}

internal sealed record DeleteTrialComponentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentName { get; init; }
}

internal sealed record DeleteTrialComponentResponse
{
    public string? TrialComponentArn { get; init; }
}

internal sealed record DeleteTrialRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
}

internal sealed record DeleteTrialResponse
{
    public string? TrialArn { get; init; }
}

internal sealed record DescribeExperimentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
}

internal sealed record DescribeExperimentResponse
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
}

internal sealed record DescribeTrialComponentRequest
{
    [Required, Length(1, 256), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:(experiment|experiment-trial|experiment-trial-component|artifact|action|context)\/)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,119})")] public string? TrialComponentName { get; init; }
}

internal sealed record DescribeTrialComponentResponse
{
    public string? TrialComponentName { get; init; }
    public string? TrialComponentArn { get; init; }
    public string? DisplayName { get; init; }
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
    public MetadataProperties? MetadataProperties { get; init; }
    public IReadOnlyList<TrialComponentMetricSummary>? Metrics { get; init; }
    public string? LineageGroupArn { get; init; }
    public IReadOnlyList<TrialComponentSource>? Sources { get; init; }
}

internal sealed record DescribeTrialRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
}

internal sealed record DescribeTrialResponse
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
}

internal sealed record DisassociateTrialComponentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentName { get; init; }
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
}

internal sealed record DisassociateTrialComponentResponse
{
    public string? TrialComponentArn { get; init; }
    public string? TrialArn { get; init; }
}

internal sealed record ExperimentSummary
{
    public string? ExperimentArn { get; init; }
    public string? ExperimentName { get; init; }
    public string? DisplayName { get; init; }
    public ExperimentSource? ExperimentSource { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
}

internal sealed record ListExperimentsRequest
{
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    [OneOf<SortExperimentsBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
}

internal sealed record ListExperimentsResponse
{
    public IReadOnlyList<ExperimentSummary>? ExperimentSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListTrialComponentsRequest
{
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
    [Length(0, 256)] public string? SourceArn { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    [OneOf<SortTrialComponentsBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
}

internal sealed record ListTrialComponentsResponse
{
    public IReadOnlyList<TrialComponentSummary>? TrialComponentSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListTrialsRequest
{
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentName { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    [OneOf<SortTrialsBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
}

internal sealed record ListTrialsResponse
{
    public IReadOnlyList<TrialSummary>? TrialSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record TrialComponentSummary
{
    public string? TrialComponentName { get; init; }
    public string? TrialComponentArn { get; init; }
    public string? DisplayName { get; init; }
    public TrialComponentSource? TrialComponentSource { get; init; }
    public TrialComponentStatus? Status { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public UserContext? LastModifiedBy { get; init; }
}

internal sealed record TrialSummary
{
    public string? TrialArn { get; init; }
    public string? TrialName { get; init; }
    public string? DisplayName { get; init; }
    public TrialSource? TrialSource { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
}

internal sealed record UpdateExperimentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? DisplayName { get; init; }
    [Length(0, 3072), Pattern(@".*")] public string? Description { get; init; }
}

internal sealed record UpdateExperimentResponse
{
    public string? ExperimentArn { get; init; }
}

internal sealed record UpdateTrialComponentRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? DisplayName { get; init; }
    public TrialComponentStatus? Status { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    [Length(0, 300), Length(0, 320, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, TrialComponentParameterValue>? Parameters { get; init; }
    [Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ParametersToRemove { get; init; }
    [Length(0, 60), Length(0, 128, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, TrialComponentArtifact>? InputArtifacts { get; init; }
    [Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? InputArtifactsToRemove { get; init; }
    [Length(0, 60), Length(0, 128, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, TrialComponentArtifact>? OutputArtifacts { get; init; }
    [Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? OutputArtifactsToRemove { get; init; }
}

internal sealed record UpdateTrialComponentResponse
{
    public string? TrialComponentArn { get; init; }
}

internal sealed record UpdateTrialRequest
{
    [Required, Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? DisplayName { get; init; }
}

internal sealed record UpdateTrialResponse
{
    public string? TrialArn { get; init; }
}
