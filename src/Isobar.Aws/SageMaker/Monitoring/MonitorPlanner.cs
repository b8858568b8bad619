using System.Text.RegularExpressions;
using System.Xml;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Monitoring;

/// <summary>Turns a monitoring schedule's configuration into what the engine watches.</summary>
internal sealed partial class MonitorPlanner(ResourceTable<CreateDataQualityJobDefinitionRequest> data, ResourceTable<CreateModelQualityJobDefinitionRequest> quality)
{
    /// <summary>What the engine needs of the three kinds of definition.</summary>
    private sealed record Definition(
        MonitorKind Kind, EndpointInput? Endpoint, BatchTransformInput? Batch, MonitoringOutputConfig? Output, string? Constraints, string? Statistics,
        MonitoringResources? Resources, int? MaxRunTime, string? Problem = null, string? GroundTruth = null, IReadOnlyDictionary<string, string>? Environment = null);

    public async Task<AwsResult<MonitorSpec>> PlanAsync(AwsCaller caller, string name, MonitoringScheduleConfig config, IReadOnlyDictionary<string, string> tags, CancellationToken ct)
    {
        if (!(await FindAsync(caller, config, ct)).TryGet(out var found, out var failure)) return failure;
        var faults = new List<string>();
        var cron = CronOf(config.ScheduleConfig?.ScheduleExpression, faults);
        var once = config.ScheduleConfig?.ScheduleExpression == "NOW";
        var output = PlaceOf(found.Output?.MonitoringOutputs is [var first, ..] ? first.S3Output?.S3Uri : null, "output", faults);
        if (output is null && faults.Count == 0) faults.Add("An S3 output is required.");
        var (start, end) = once
            ? (OffsetOf(config.ScheduleConfig!.DataAnalysisStartTime, faults), OffsetOf(config.ScheduleConfig.DataAnalysisEndTime, faults))
            : (OffsetOf(found.Endpoint?.StartTimeOffset ?? found.Batch?.StartTimeOffset, faults), OffsetOf(found.Endpoint?.EndTimeOffset ?? found.Batch?.EndTimeOffset, faults));
        var spec = new MonitorSpec
        {
            Id = SageMakerIds.Engine(caller, name),
            Owner = SageMakerIds.Owner,
            Name = name,
            Region = caller.Region,
            Kind = found.Kind,
            EndpointId = found.Endpoint is { } endpoint ? SageMakerIds.Engine(caller, endpoint.EndpointName!) : null,
            EndpointName = found.Endpoint?.EndpointName,
            Dataset = PlaceOf(found.Batch?.DataCapturedDestinationS3Uri, "data", faults),
            DatasetFormat = FormatOf(found.Batch?.DatasetFormat),
            Cron = cron,
            StartOffset = start,
            EndOffset = end,
            Constraints = PlaceOf(found.Constraints, "constraints", faults),
            Statistics = PlaceOf(found.Statistics, "statistics", faults),
            Output = output!,
            Quality = found.Kind == MonitorKind.ModelQuality ? QualityOf(found, PlaceOf(found.GroundTruth, "ground truth", faults)) : null,
            PublishMetrics = found.Environment?.GetValueOrDefault("publish_cloudwatch_metrics") != "Disabled",
            MaxRunTime = TimeSpan.FromSeconds(found.MaxRunTime ?? 3600),
            Instance = found.Resources?.ClusterConfig is { } cluster ? new InstanceSpec(cluster.InstanceType!, cluster.InstanceCount ?? 1, cluster.VolumeSizeInGB ?? 10) : new InstanceSpec(),
            Tags = tags,
        };
        return faults.Count > 0 ? SageMakerErrors.Invalid(string.Join(" ", faults)) : spec;
    }

    /// <summary>AWS's six cron fields (with <c>?</c> and a year) as the usual five; null for NOW and for none.</summary>
    internal static string? CronOf(string? expression, List<string> faults)
    {
        if (expression is null or "NOW") return null;
        if (CronWords().Match(expression) is not { Success: true } match || match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, var month, var weekday, ..])
        {
            faults.Add($"The schedule expression '{expression}' is neither NOW nor cron(minutes hours day month weekday year).");
            return null;
        }
        // AWS counts days of the week from 1 for Sunday, cron from 0.
        weekday = Digits().Replace(weekday, d => (int.Parse(d.Value, System.Globalization.CultureInfo.InvariantCulture) - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return string.Join(' ', minute, hour, day.Replace('?', '*'), month, weekday.Replace('?', '*'));
    }

    private async Task<AwsResult<Definition>> FindAsync(AwsCaller caller, MonitoringScheduleConfig config, CancellationToken ct)
    {
        if ((config.MonitoringJobDefinition is null) == (config.MonitoringJobDefinitionName is null)) return SageMakerErrors.Invalid("Exactly one of MonitoringJobDefinition and MonitoringJobDefinitionName is required.");
        if (config.MonitoringJobDefinition is { } inline)
        {
            var input = inline.MonitoringInputs is [var first, ..] ? first : new MonitoringInput();
            return new Definition(MonitorKind.DataQuality, input.EndpointInput, input.BatchTransformInput, inline.MonitoringOutputConfig, inline.BaselineConfig?.ConstraintsResource?.S3Uri,
                inline.BaselineConfig?.StatisticsResource?.S3Uri, inline.MonitoringResources, inline.StoppingCondition?.MaxRuntimeInSeconds, Environment: inline.Environment);
        }
        var name = config.MonitoringJobDefinitionName!;
        return config.MonitoringType switch
        {
            "DataQuality" or null => await data.GetAsync(caller, name, ct) is { Request: var d }
                ? new Definition(MonitorKind.DataQuality, d.DataQualityJobInput!.EndpointInput, d.DataQualityJobInput.BatchTransformInput, d.DataQualityJobOutputConfig,
                    d.DataQualityBaselineConfig?.ConstraintsResource?.S3Uri, d.DataQualityBaselineConfig?.StatisticsResource?.S3Uri, d.JobResources, d.StoppingCondition?.MaxRuntimeInSeconds,
                    Environment: d.DataQualityAppSpecification!.Environment)
                : SageMakerErrors.CouldNotFind("job definition", data.Arn(caller, name)),
            "ModelQuality" => await quality.GetAsync(caller, name, ct) is { Request: var q }
                ? new Definition(MonitorKind.ModelQuality, q.ModelQualityJobInput!.EndpointInput, q.ModelQualityJobInput.BatchTransformInput, q.ModelQualityJobOutputConfig,
                    q.ModelQualityBaselineConfig?.ConstraintsResource?.S3Uri, null, q.JobResources, q.StoppingCondition?.MaxRuntimeInSeconds,
                    q.ModelQualityAppSpecification!.ProblemType, q.ModelQualityJobInput.GroundTruthS3Input?.S3Uri, q.ModelQualityAppSpecification.Environment)
                : SageMakerErrors.CouldNotFind("job definition", quality.Arn(caller, name)),
            var other => SageMakerErrors.Invalid($"The monitoring type {other} is not supported here; DataQuality and ModelQuality are."),
        };
    }

    private static QualitySpec QualityOf(Definition found, ObjectLocation? truth)
    {
        var quality = new QualitySpec
        {
            Problem = found.Problem switch { "Regression" => ProblemKind.Regression, "MulticlassClassification" => ProblemKind.MulticlassClassification, _ => ProblemKind.BinaryClassification },
            InferenceAttribute = found.Endpoint?.InferenceAttribute ?? found.Batch?.InferenceAttribute,
            ProbabilityAttribute = found.Endpoint?.ProbabilityAttribute ?? found.Batch?.ProbabilityAttribute,
            GroundTruth = truth,
        };
        return (found.Endpoint?.ProbabilityThresholdAttribute ?? found.Batch?.ProbabilityThresholdAttribute) is { } threshold ? quality with { ProbabilityThreshold = threshold } : quality;
    }

    private static DatasetFormat FormatOf(MonitoringDatasetFormat? format) => format switch
    {
        null => DatasetFormat.Captured,
        { Csv.Header: true } => DatasetFormat.CsvWithHeader,
        { Csv: not null } => DatasetFormat.Csv,
        _ => DatasetFormat.JsonLines,
    };

    private static ObjectLocation? PlaceOf(string? uri, string what, List<string> faults)
    {
        if (uri is null) return null;
        if (S3Place.TryParse(uri, out var place)) return place;
        faults.Add($"The {what} '{uri}' is not an S3 URI.");
        return null;
    }

    private static TimeSpan? OffsetOf(string? duration, List<string> faults)
    {
        if (duration is null) return null;
        try
        {
            return XmlConvert.ToTimeSpan(duration);
        }
        catch (FormatException)
        {
            faults.Add($"'{duration}' is not an ISO 8601 duration such as -PT1H.");
            return null;
        }
    }

    [GeneratedRegex(@"^cron\((.+)\)$")]
    private static partial Regex CronWords();

    [GeneratedRegex(@"[0-9]+")]
    private static partial Regex Digits();
}
