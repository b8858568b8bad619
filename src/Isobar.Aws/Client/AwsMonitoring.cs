using System.Globalization;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>SageMaker Model Monitor: baselines are processing jobs of its analyzer image, schedules are data quality job definitions on a clock.</summary>
internal sealed class AwsMonitoring(SageMakerCalls calls) : IMonitoring
{
    private const string Container = "/opt/ml/processing";
    // The account of the analyzer image in us-east-1; the repository's name is the same in every region.
    private const string AnalyzerAccount = "156813124566";

    private string Analyzer => $"{AnalyzerAccount}.dkr.ecr.{calls.Options.Region}.amazonaws.com/sagemaker-model-monitor-analyzer";

    public async Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default)
    {
        var created = await calls.CallAsync<CreateProcessingJobRequest, CreateProcessingJobResponse>("CreateProcessingJob", new CreateProcessingJobRequest
        {
            ProcessingJobName = name,
            RoleArn = calls.Options.RoleArn,
            AppSpecification = new AppSpecification { ImageUri = Analyzer },
            Environment = new Dictionary<string, string>
            {
                ["dataset_format"] = """{"csv": {"header": true, "output_columns_position": "START"}}""",
                ["dataset_source"] = Container + "/input/baseline_dataset_input",
                ["output_path"] = Container + "/output",
                ["publish_cloudwatch_metrics"] = "Disabled",
            },
            ProcessingInputs = [new ProcessingInput
            {
                InputName = "baseline_dataset_input",
                S3Input = new ProcessingS3Input { S3Uri = AwsTraining.Uri(data), LocalPath = Container + "/input/baseline_dataset_input", S3DataType = "S3Prefix", S3InputMode = "File" },
            }],
            ProcessingOutputConfig = new ProcessingOutputConfig
            {
                Outputs = [new ProcessingOutput { OutputName = "monitoring_output", S3Output = new ProcessingS3Output { S3Uri = AwsTraining.Uri(output), LocalPath = Container + "/output", S3UploadMode = "EndOfJob" } }],
            },
            ProcessingResources = new ProcessingResources { ClusterConfig = new ProcessingClusterConfig { InstanceCount = 1, InstanceType = calls.Options.InstanceType, VolumeSizeInGB = 10 } },
        }, ct);
        return created.Map(_ => name);
    }

    public async Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) =>
        (await calls.ReadAsync<DescribeProcessingJobRequest, DescribeProcessingJobResponse>("DescribeProcessingJob", new() { ProcessingJobName = name }, ct)).Map(j => AwsTraining.State(j.ProcessingJobStatus));

    public async Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default)
    {
        var defined = await calls.CallAsync<CreateDataQualityJobDefinitionRequest, CreateDataQualityJobDefinitionResponse>("CreateDataQualityJobDefinition", Definition(order), ct);
        if (!defined.TryGet(out _, out var error)) return error;
        var scheduled = await calls.CallAsync<CreateMonitoringScheduleRequest, CreateMonitoringScheduleResponse>("CreateMonitoringSchedule", new CreateMonitoringScheduleRequest
        {
            MonitoringScheduleName = order.Name,
            MonitoringScheduleConfig = new MonitoringScheduleConfig
            {
                MonitoringJobDefinitionName = order.Name,
                MonitoringType = "DataQuality",
                ScheduleConfig = order.Now
                    ? new ScheduleConfig { ScheduleExpression = "NOW", DataAnalysisStartTime = "-PT1H", DataAnalysisEndTime = "-PT0H" }
                    : new ScheduleConfig { ScheduleExpression = order.EveryHours == 1 ? "cron(0 * ? * * *)" : string.Create(CultureInfo.InvariantCulture, $"cron(0 0/{order.EveryHours} ? * * *)") },
            },
        }, ct);
        if (scheduled.TryGet(out _, out error)) return Done.Value;
        await calls.DoAsync("DeleteDataQualityJobDefinition", new DeleteDataQualityJobDefinitionRequest { JobDefinitionName = order.Name }, ct);
        return error;
    }

    public async Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default)
    {
        var page = await calls.ReadAsync<ListMonitoringExecutionsRequest, ListMonitoringExecutionsResponse>("ListMonitoringExecutions",
            new() { MonitoringScheduleName = schedule, SortBy = "ScheduledTime", SortOrder = "Descending", MaxResults = 100 }, ct);
        return page.Map<IReadOnlyList<MonitorRun>>(p => [.. (p.MonitoringExecutionSummaries ?? []).Select(e => new MonitorRun(
            schedule, State(e.MonitoringExecutionStatus), e.ScheduledTime ?? default,
            e.MonitoringExecutionStatus switch { "CompletedWithViolations" => true, "Completed" => false, _ => null }, e.FailureReason, null))]);
    }

    public async Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default)
    {
        var deleted = await calls.DoAsync("DeleteMonitoringSchedule", new DeleteMonitoringScheduleRequest { MonitoringScheduleName = schedule }, ct);
        if (deleted.IsOk) await calls.DoAsync("DeleteDataQualityJobDefinition", new DeleteDataQualityJobDefinitionRequest { JobDefinitionName = schedule }, ct);
        return deleted;
    }

    private CreateDataQualityJobDefinitionRequest Definition(MonitorOrder order) => new()
    {
        JobDefinitionName = order.Name,
        RoleArn = calls.Options.RoleArn,
        DataQualityAppSpecification = new DataQualityAppSpecification { ImageUri = Analyzer },
        DataQualityBaselineConfig = new DataQualityBaselineConfig
        {
            StatisticsResource = new MonitoringStatisticsResource { S3Uri = AwsTraining.Uri(order.Baseline).TrimEnd('/') + "/statistics.json" },
            ConstraintsResource = new MonitoringConstraintsResource { S3Uri = AwsTraining.Uri(order.Baseline).TrimEnd('/') + "/constraints.json" },
        },
        DataQualityJobInput = new DataQualityJobInput { EndpointInput = new EndpointInput { EndpointName = order.Endpoint, LocalPath = Container + "/input/endpoint" } },
        DataQualityJobOutputConfig = new MonitoringOutputConfig
        {
            MonitoringOutputs = [new MonitoringOutput { S3Output = new MonitoringS3Output { S3Uri = AwsTraining.Uri(order.Output), LocalPath = Container + "/output", S3UploadMode = "EndOfJob" } }],
        },
        JobResources = new MonitoringResources { ClusterConfig = new MonitoringClusterConfig { InstanceCount = 1, InstanceType = calls.Options.InstanceType, VolumeSizeInGB = 10 } },
    };

    private static RunState State(string? status) => status switch
    {
        "Completed" or "CompletedWithViolations" => RunState.Completed,
        "Failed" => RunState.Failed,
        "Stopping" => RunState.Stopping,
        "Stopped" => RunState.Stopped,
        _ => RunState.InProgress,
    };
}
