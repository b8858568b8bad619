using System.Text.Json.Nodes;
using Isobar.Clients.Harness;

namespace Isobar.Clients.SageMaker;

public sealed class SageMakerCommandLineTests(ServerFixture server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-awscli-").FullName;
    private readonly string _run = Guid.NewGuid().ToString("n")[..8];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Training_TrainDeployPredictTransform_AnswersFromTheModel()
    {
        var file = Path.Combine(_folder, "rows.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 200).Select(i => $"{i % 2},{i % 2 * 3 + i % 7},{i % 5}"));
        await PythonClient.AwsAsync(server, "s3", "mb", $"s3://cli-{_run}");
        await PythonClient.AwsAsync(server, "s3", "cp", file, $"s3://cli-{_run}/train/rows.csv", "--quiet");

        await SageMakerAsync("create-training-job", "--training-job-name", $"cli-{_run}", "--role-arn", "arn:aws:iam::000000000000:role/any",
            "--algorithm-specification", "TrainingImage=sagemaker-xgboost:1.7-1,TrainingInputMode=File",
            "--hyper-parameters", "objective=binary:logistic,num_round=10",
            "--input-data-config", $$$$"""[{"ChannelName":"train","ContentType":"text/csv","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://cli-{{{{_run}}}}/train/"}}}]""",
            "--output-data-config", $"S3OutputPath=s3://cli-{_run}/out", "--resource-config", "InstanceType=ml.m5.large,InstanceCount=1,VolumeSizeInGB=5",
            "--stopping-condition", "MaxRuntimeInSeconds=600");
        JsonNode job;
        // The command line's own waiter polls every two minutes.
        do job = JsonNode.Parse(await SageMakerAsync("describe-training-job", "--training-job-name", $"cli-{_run}"))!;
        while ((string)job["TrainingJobStatus"]! == "InProgress");

        Assert.Equal("Completed", (string?)job["TrainingJobStatus"]);
        Assert.Contains("model.tar.gz", await PythonClient.AwsAsync(server, "s3", "ls", $"s3://cli-{_run}/out/cli-{_run}/output/"));
        await DeployedAsync((string)job["ModelArtifacts"]!["S3ModelArtifacts"]!);
        await TransformedAsync();
    }

    private async Task DeployedAsync(string artifact)
    {
        await SageMakerAsync("create-model", "--model-name", $"cli-{_run}", "--execution-role-arn", "arn:aws:iam::000000000000:role/any", "--primary-container", $"Image=sagemaker-xgboost:1.7-1,ModelDataUrl={artifact}");
        await SageMakerAsync("create-endpoint-config", "--endpoint-config-name", $"cli-{_run}", "--production-variants", $"VariantName=v,ModelName=cli-{_run},InstanceType=ml.m5.large,InitialInstanceCount=1");
        await SageMakerAsync("create-endpoint", "--endpoint-name", $"cli-{_run}", "--endpoint-config-name", $"cli-{_run}");
        string? state;
        do state = (string?)JsonNode.Parse(await SageMakerAsync("describe-endpoint", "--endpoint-name", $"cli-{_run}"))!["EndpointStatus"];
        while (state == "Creating");
        Assert.Equal("InService", state);

        var (body, reply) = (Path.Combine(_folder, "body.csv"), Path.Combine(_folder, "reply.csv"));
        var scores = new List<double>();
        foreach (var row in new[] { "0,0", "9,4" })
        {
            await File.WriteAllTextAsync(body, row);
            await PythonClient.AwsAsync(server, "sagemaker-runtime", "invoke-endpoint", "--endpoint-name", $"cli-{_run}", "--content-type", "text/csv", "--body", $"fileb://{body}", reply);
            scores.Add(double.Parse(await File.ReadAllTextAsync(reply), System.Globalization.CultureInfo.InvariantCulture));
        }
        Assert.True(scores[0] < 0.5 && scores[1] > 0.5, string.Join(' ', scores));
        await MonitoredAsync();
        await SageMakerAsync("delete-endpoint", "--endpoint-name", $"cli-{_run}");
    }

    // 1. statistics and constraints of the training data; 2. a schedule that holds the endpoint's traffic against them; 3. its life.
    private async Task MonitoredAsync()
    {
        const string Analyzer = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer";
        const string Cluster = """{"ClusterConfig":{"InstanceCount":1,"InstanceType":"ml.m5.large","VolumeSizeInGB":5}}""";

        // 1.
        await SageMakerAsync("create-processing-job", "--processing-job-name", $"base-{_run}", "--role-arn", "arn:aws:iam::000000000000:role/any", "--app-specification", $"ImageUri={Analyzer}", "--processing-resources", Cluster,
            "--environment", """{"dataset_format":"{\"csv\":{\"header\":false}}","dataset_source":"/opt/ml/processing/input/data","output_path":"/opt/ml/processing/output"}""",
            "--processing-inputs", $$$$"""[{"InputName":"data","S3Input":{"S3Uri":"s3://cli-{{{{_run}}}}/train/","LocalPath":"/opt/ml/processing/input/data","S3DataType":"S3Prefix","S3InputMode":"File"}}]""",
            "--processing-output-config", $$$$"""{"Outputs":[{"OutputName":"facts","S3Output":{"S3Uri":"s3://cli-{{{{_run}}}}/facts","LocalPath":"/opt/ml/processing/output","S3UploadMode":"EndOfJob"}}]}""");
        string? state;
        do state = (string?)JsonNode.Parse(await SageMakerAsync("describe-processing-job", "--processing-job-name", $"base-{_run}"))!["ProcessingJobStatus"];
        while (state == "InProgress");
        Assert.Equal("Completed", state);
        var constraints = Path.Combine(_folder, "constraints.json");
        await PythonClient.AwsAsync(server, "s3", "cp", $"s3://cli-{_run}/facts/constraints.json", constraints, "--quiet");
        Assert.Equal(3, JsonNode.Parse(await File.ReadAllTextAsync(constraints))!["features"]!.AsArray().Count);

        // 2.
        await SageMakerAsync("create-data-quality-job-definition", "--job-definition-name", $"watch-{_run}", "--role-arn", "arn:aws:iam::000000000000:role/any", "--data-quality-app-specification", $"ImageUri={Analyzer}", "--job-resources", Cluster,
            "--data-quality-baseline-config", $"ConstraintsResource={{S3Uri=s3://cli-{_run}/facts/constraints.json}},StatisticsResource={{S3Uri=s3://cli-{_run}/facts/statistics.json}}",
            "--data-quality-job-input", $"EndpointInput={{EndpointName=cli-{_run},LocalPath=/opt/ml/processing/input/endpoint}}",
            "--data-quality-job-output-config", $$$$"""{"MonitoringOutputs":[{"S3Output":{"S3Uri":"s3://cli-{{{{_run}}}}/reports","LocalPath":"/opt/ml/processing/output"}}]}""");
        await SageMakerAsync("create-monitoring-schedule", "--monitoring-schedule-name", $"watch-{_run}", "--monitoring-schedule-config",
            $$$$"""{"ScheduleConfig":{"ScheduleExpression":"cron(0 * ? * * *)"},"MonitoringJobDefinitionName":"watch-{{{{_run}}}}","MonitoringType":"DataQuality"}""");

        // 3.
        Assert.Equal("Scheduled", await StatusAsync());
        await SageMakerAsync("stop-monitoring-schedule", "--monitoring-schedule-name", $"watch-{_run}");
        Assert.Equal("Stopped", await StatusAsync());
        // Empty, unless the clock struck the hour meanwhile.
        Assert.IsType<JsonArray>(JsonNode.Parse(await SageMakerAsync("list-monitoring-executions", "--monitoring-schedule-name", $"watch-{_run}"))!["MonitoringExecutionSummaries"]);
        await SageMakerAsync("delete-monitoring-schedule", "--monitoring-schedule-name", $"watch-{_run}");
        Assert.Contains("ResourceNotFound", await PythonClient.AwsFailsAsync(server, "sagemaker", "describe-monitoring-schedule", "--monitoring-schedule-name", $"watch-{_run}"));

        async Task<string?> StatusAsync() => (string?)JsonNode.Parse(await SageMakerAsync("describe-monitoring-schedule", "--monitoring-schedule-name", $"watch-{_run}"))!["MonitoringScheduleStatus"];
    }

    private async Task TransformedAsync()
    {
        var rows = Path.Combine(_folder, "unlabelled.csv");
        await File.WriteAllLinesAsync(rows, ["0,0", "9,4", "1,1"]);
        await PythonClient.AwsAsync(server, "s3", "cp", rows, $"s3://cli-{_run}/batch/rows.csv", "--quiet");
        await SageMakerAsync("create-transform-job", "--transform-job-name", $"cli-{_run}", "--model-name", $"cli-{_run}",
            "--transform-input", $$$$"""{"ContentType":"text/csv","SplitType":"Line","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://cli-{{{{_run}}}}/batch/"}}}""",
            "--transform-output", $"S3OutputPath=s3://cli-{_run}/scored,AssembleWith=Line", "--transform-resources", "InstanceType=ml.m5.large,InstanceCount=1");
        string? state;
        do state = (string?)JsonNode.Parse(await SageMakerAsync("describe-transform-job", "--transform-job-name", $"cli-{_run}"))!["TransformJobStatus"];
        while (state == "InProgress");
        Assert.Equal("Completed", state);
        await PythonClient.AwsAsync(server, "s3", "cp", $"s3://cli-{_run}/scored/rows.csv.out", Path.Combine(_folder, "scored.csv"), "--quiet");
        Assert.Equal([false, true, false], (await File.ReadAllLinesAsync(Path.Combine(_folder, "scored.csv"))).Select(l => double.Parse(l, System.Globalization.CultureInfo.InvariantCulture) > 0.5));
    }

    [Fact]
    public async Task Describe_NoSuchModel_FailsInAwsWords()
    {
        var errors = await PythonClient.AwsFailsAsync(server, "sagemaker", "describe-model", "--model-name", "none-" + _run);

        Assert.Contains($"An error occurred (ValidationException) when calling the DescribeModel operation: Could not find model \"arn:aws:sagemaker:us-east-1:000000000000:model/none-{_run}\".", errors);
    }

    private Task<string> SageMakerAsync(params string[] arguments) => PythonClient.AwsAsync(server, ["sagemaker", .. arguments, "--output", "json"]);
}
