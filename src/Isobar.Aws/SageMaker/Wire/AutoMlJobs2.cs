// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record MetricDatum
{
    public string? MetricName { get; init; }
    public string? StandardMetricName { get; init; }
    public double? Value { get; init; }
    public string? Set { get; init; }
}

internal sealed record ModelDeployConfig
{
    public bool? AutoGenerateEndpointName { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
}

internal sealed record ModelDeployResult
{
    public string? EndpointName { get; init; }
}

internal sealed record ResolvedAttributes
{
    public AutoMLJobObjective? AutoMLJobObjective { get; init; }
    public string? ProblemType { get; init; }
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
}

internal sealed record StopAutoMLJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? AutoMLJobName { get; init; }
}

internal sealed record TabularJobConfig
{
    public CandidateGenerationConfig? CandidateGenerationConfig { get; init; }
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? FeatureSpecificationS3Uri { get; init; }
    [OneOf<AutoMLMode>] public string? Mode { get; init; }
    public bool? GenerateCandidateDefinitionsOnly { get; init; }
    [OneOf<ProblemType>] public string? ProblemType { get; init; }
    [Required, Length(1)] public string? TargetAttributeName { get; init; }
    [Length(1, 256), Pattern(@"[a-zA-Z0-9_-]+")] public string? SampleWeightAttributeName { get; init; }
}

internal sealed record TabularResolvedAttributes
{
    public string? ProblemType { get; init; }
}

internal sealed record TextClassificationJobConfig
{
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
    [Required, Length(1, 256)] public string? ContentColumn { get; init; }
    [Required, Length(1, 256)] public string? TargetLabelColumn { get; init; }
}

internal sealed record TextGenerationJobConfig
{
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
    [Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9])*")] public string? BaseModelName { get; init; }
    [Length(0, 30), Length(0, 16, On = On.Items), Pattern(@"[a-zA-Z0-9._-]+", On = On.Items), Length(0, 32, On = On.Keys), Pattern(@"[a-zA-Z0-9._-]+", On = On.Keys)] public IReadOnlyDictionary<string, string>? TextGenerationHyperParameters { get; init; }
    public ModelAccessConfig? ModelAccessConfig { get; init; }
}

internal sealed record TextGenerationResolvedAttributes
{
    public string? BaseModelName { get; init; }
}

internal sealed record TimeSeriesConfig
{
    [Required, Length(1)] public string? TargetAttributeName { get; init; }
    [Required, Length(1, 256)] public string? TimestampAttributeName { get; init; }
    [Required, Length(1, 256)] public string? ItemIdentifierAttributeName { get; init; }
    [Length(1, 5), Length(1, 256, On = On.Items)] public IReadOnlyList<string>? GroupingAttributeNames { get; init; }
}

internal sealed record TimeSeriesForecastingJobConfig
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? FeatureSpecificationS3Uri { get; init; }
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
    [Required, Length(1, 5), Pattern(@"1Y|Y|([1-9]|1[0-1])M|M|[1-4]W|W|[1-6]D|D|([1-9]|1[0-9]|2[0-3])H|H|([1-9]|[1-5][0-9])min")] public string? ForecastFrequency { get; init; }
    [Required, Range(1, double.PositiveInfinity)] public int? ForecastHorizon { get; init; }
    [Length(1, 5), Length(2, 4, On = On.Items), Pattern(@"(^p[1-9]\d?$)", On = On.Items)] public IReadOnlyList<string>? ForecastQuantiles { get; init; }
    public TimeSeriesTransformations? Transformations { get; init; }
    [Required] public TimeSeriesConfig? TimeSeriesConfig { get; init; }
    [Length(1, 1)] public IReadOnlyList<HolidayConfigAttributes>? HolidayConfig { get; init; }
    public CandidateGenerationConfig? CandidateGenerationConfig { get; init; }
}

internal sealed record TimeSeriesTransformations
{
    [Length(1, 50), Length(1, 6, On = On.Items), Length(1, 256, On = On.Keys)] public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Filling { get; init; }
    [Length(1, 50), OneOf<AggregationTransformationValue>(On = On.Items), Length(1, 256, On = On.Keys)] public IReadOnlyDictionary<string, string>? Aggregation { get; init; }
}
