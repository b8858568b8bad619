// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record StartPipelineExecutionRequest
{
    [Required, Length(1, 2048), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})")] public string? PipelineName { get; init; }
    [Length(1, 82), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}")] public string? PipelineExecutionDisplayName { get; init; }
    [Length(0, 200)] public IReadOnlyList<Parameter>? PipelineParameters { get; init; }
    [Length(0, 3072), Pattern(@".*")] public string? PipelineExecutionDescription { get; init; }
    [Required, Length(32, 128)] public string? ClientRequestToken { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
    public SelectiveExecutionConfig? SelectiveExecutionConfig { get; init; }
    [Range(1, double.PositiveInfinity)] public long? PipelineVersionId { get; init; }
    [Length(1, 256), Pattern(@".*")] public string? MlflowExperimentName { get; init; }
}

internal sealed record StartPipelineExecutionResponse
{
    public string? PipelineExecutionArn { get; init; }
}

internal sealed record StopPipelineExecutionRequest
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
    [Required, Length(32, 128)] public string? ClientRequestToken { get; init; }
}

internal sealed record StopPipelineExecutionResponse
{
    public string? PipelineExecutionArn { get; init; }
}

internal sealed record TrainingJobStepMetadata
{
    public string? Arn { get; init; }
}

internal sealed record TransformJobStepMetadata
{
    public string? Arn { get; init; }
}

internal sealed record TuningJobStepMetaData
{
    public string? Arn { get; init; }
}

internal sealed record UpdatePipelineExecutionRequest
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
    [Length(0, 3072), Pattern(@".*")] public string? PipelineExecutionDescription { get; init; }
    [Length(1, 82), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}")] public string? PipelineExecutionDisplayName { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
}

internal sealed record UpdatePipelineExecutionResponse
{
    public string? PipelineExecutionArn { get; init; }
}

internal sealed record UpdatePipelineRequest
{
    [Required, Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")] public string? PipelineName { get; init; }
    [Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")] public string? PipelineDisplayName { get; init; }
    [Length(1, 1048576), Pattern(@".*(?:[ \r\n\t].*)*")] public string? PipelineDefinition { get; init; }
    public PipelineDefinitionS3Location? PipelineDefinitionS3Location { get; init; }
    [Length(0, 3072), Pattern(@".*")] public string? PipelineDescription { get; init; }
    [Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
}

internal sealed record UpdatePipelineResponse
{
    public string? PipelineArn { get; init; }
    public long? PipelineVersionId { get; init; }
}
