using System.Text.Json.Nodes;
using Isobar.Clients.Harness;

namespace Isobar.Clients.SageMaker;

public sealed class SageMakerCommandLineTests(ServerFixture server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-awscli-").FullName;
    private readonly string _run = Guid.NewGuid().ToString("n")[..8];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Training_CreateWaitDescribe_LeavesTheModelInTheBucket()
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
    }

    [Fact]
    public async Task Describe_NoSuchModel_FailsInAwsWords()
    {
        var errors = await PythonClient.AwsFailsAsync(server, "sagemaker", "describe-model", "--model-name", "none-" + _run);

        Assert.Contains($"An error occurred (ValidationException) when calling the DescribeModel operation: Could not find model \"arn:aws:sagemaker:us-east-1:000000000000:model/none-{_run}\".", errors);
    }

    private Task<string> SageMakerAsync(params string[] arguments) => PythonClient.AwsAsync(server, ["sagemaker", .. arguments, "--output", "json"]);
}
