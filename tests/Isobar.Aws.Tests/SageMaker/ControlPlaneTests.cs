using System.Text.Json.Nodes;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker;
using Isobar.Core.Support;

namespace Isobar.Aws.Tests.SageMaker;

public sealed class ControlPlaneTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::000000000000:role/r";
    private readonly EmulatorFixture _emulator = new();

    [Fact]
    public async Task CreateTrainingJob_SeveralFaults_ReportsAllInAwsWords()
    {
        var (code, message) = await _emulator.RefusedAsync("CreateTrainingJob", """{"TrainingJobName":"bad_name","AlgorithmSpecification":{"TrainingInputMode":"Stream"},"RoleArn":"arn:aws:iam::000000000000:role/r","StoppingCondition":{"MaxRuntimeInSeconds":0}}""");

        Assert.Equal("ValidationException", code);
        Assert.Equal(
            "4 validation errors detected: " +
            "Value 'bad_name' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}; " +
            "Value 'Stream' at 'algorithmSpecification.trainingInputMode' failed to satisfy constraint: Member must satisfy enum value set: [Pipe, File, FastFile]; " +
            "Value null at 'outputDataConfig' failed to satisfy constraint: Member must not be null; " +
            "Value '0' at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 1",
            message);
    }

    [Theory]
    [InlineData("DescribeTrainingJob", "TrainingJobName", "ValidationException", "Requested resource not found.")]
    [InlineData("DescribeModel", "ModelName", "ValidationException", "Could not find model \"arn:aws:sagemaker:eu-west-1:000000000000:model/nope\".")]
    [InlineData("DeleteEndpointConfig", "EndpointConfigName", "ValidationException", "Could not find endpoint configuration \"arn:aws:sagemaker:eu-west-1:000000000000:endpoint-config/nope\".")]
    [InlineData("DescribeEndpoint", "EndpointName", "ValidationException", "Could not find endpoint \"arn:aws:sagemaker:eu-west-1:000000000000:endpoint/nope\".")]
    [InlineData("DescribeTransformJob", "TransformJobName", "ValidationException", "Could not find requested job with name: nope")]
    [InlineData("DescribeProcessingJob", "ProcessingJobName", "ValidationException", "Could not find requested job with name: nope")]
    [InlineData("DescribeModelPackageGroup", "ModelPackageGroupName", "ValidationException", "Model Package Group arn:aws:sagemaker:eu-west-1:000000000000:model-package-group/nope does not exist.")]
    [InlineData("DescribeExperiment", "ExperimentName", "ResourceNotFound", "Experiment 'nope' does not exist.")]
    public async Task Describe_NothingOfThatName_AnswersInAwsWords(string operation, string field, string code, string message) =>
        Assert.Equal((code, message), await _emulator.RefusedAsync(operation, $$"""{"{{field}}":"nope"}"""));

    [Fact]
    public async Task CreateTrainingJob_UnknownImage_SaysWhatIsSupported()
    {
        var (code, message) = await _emulator.RefusedAsync("CreateTrainingJob", Training("j", "example.com/own:1"));

        Assert.Equal("ValidationException", code);
        Assert.StartsWith("No algorithm is known for the image 'example.com/own:1'. Supported are the built-in algorithms (xgboost,", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateTrainingJob_NoSuchInput_IsRefusedAtOnce()
    {
        var (code, message) = await _emulator.RefusedAsync("CreateTrainingJob", Training("j", "sagemaker-xgboost:1.7-1"));

        Assert.Equal("ValidationException", code);
        Assert.StartsWith("No S3 objects found under S3 URL \"s3://bucket/train/\" given in input data source.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateTrainingJob_SameNameTwice_IsInUse()
    {
        await _emulator.PutObjectAsync("bucket", "train/a.csv", "1,2\n");
        await _emulator.CallAsync("CreateTrainingJob", Training("Job-1", "sagemaker-xgboost:1.7-1"));

        var (code, message) = await _emulator.RefusedAsync("CreateTrainingJob", Training("Job-1", "sagemaker-xgboost:1.7-1"));

        Assert.Equal("ResourceInUse", code);
        Assert.Contains("(arn:aws:sagemaker:eu-west-1:000000000000:training-job/job-1)", message, StringComparison.Ordinal);
        var described = await _emulator.CallAsync("DescribeTrainingJob", """{"TrainingJobName":"Job-1"}""");
        Assert.Equal("Job-1", (string?)described["TrainingJobName"]);
        Assert.Equal("s3://bucket/out/Job-1/output/model.tar.gz", (string?)described["ModelArtifacts"]!["S3ModelArtifacts"]);
    }

    [Fact]
    public async Task Models_CreateListDelete_KeepWhatWasGiven()
    {
        await _emulator.PutObjectAsync("bucket", "m.tar.gz", "x");
        foreach (var name in (string[])["a1", "a2", "b1"]) await CreateModelAsync(name);

        var first = await _emulator.CallAsync("ListModels", """{"NameContains":"A","MaxResults":1,"SortBy":"Name","SortOrder":"Ascending"}""");
        var second = await _emulator.CallAsync("ListModels", $$"""{"NameContains":"A","MaxResults":1,"SortBy":"Name","SortOrder":"Ascending","NextToken":"{{first["NextToken"]}}"}""");

        Assert.Equal(["a1", "a2"], [(string)first["Models"]![0]!["ModelName"]!, (string)second["Models"]![0]!["ModelName"]!]);
        Assert.Null(second["NextToken"]);
        Assert.Equal(("ValidationException", "Cannot create already existing model \"arn:aws:sagemaker:eu-west-1:000000000000:model/a1\"."), await _emulator.RefusedAsync("CreateModel", Model("a1")));
        await _emulator.CallAsync("DeleteModel", """{"ModelName":"a1"}""");
        Assert.Equal("ValidationException", (await _emulator.RefusedAsync("DescribeModel", """{"ModelName":"a1"}""")).Code);
    }

    [Fact]
    public async Task CreateEndpointConfig_ModelMissing_IsRefused()
    {
        var (code, message) = await _emulator.RefusedAsync("CreateEndpointConfig", """{"EndpointConfigName":"c","ProductionVariants":[{"VariantName":"v","ModelName":"m","InstanceType":"ml.m5.large","InitialInstanceCount":1}]}""");

        Assert.Equal(("ValidationException", "Could not find model \"arn:aws:sagemaker:eu-west-1:000000000000:model/m\"."), (code, message));
    }

    [Fact]
    public async Task CreateEndpointConfig_WithoutWeight_IsDescribedWithOne()
    {
        await _emulator.PutObjectAsync("bucket", "m.tar.gz", "x");
        await CreateModelAsync("m");
        await _emulator.CallAsync("CreateEndpointConfig", """{"EndpointConfigName":"c","ProductionVariants":[{"VariantName":"v","ModelName":"m","InstanceType":"ml.m5.large","InitialInstanceCount":1}]}""");

        var config = await _emulator.CallAsync("DescribeEndpointConfig", """{"EndpointConfigName":"c"}""");

        Assert.Equal(1, (double)config["ProductionVariants"]![0]!["InitialVariantWeight"]!);
    }

    [Fact]
    public async Task ModelPackages_Versions_CountUpAndAreApproved()
    {
        await _emulator.CallAsync("CreateModelPackageGroup", """{"ModelPackageGroupName":"Group"}""");
        const string package = """{"ModelPackageGroupName":"Group","InferenceSpecification":{"Containers":[{"Image":"i"}]}}""";
        var one = (string)(await _emulator.CallAsync("CreateModelPackage", package))["ModelPackageArn"]!;
        await _emulator.CallAsync("DeleteModelPackage", $$"""{"ModelPackageName":"{{one}}"}""");
        var two = (string)(await _emulator.CallAsync("CreateModelPackage", package))["ModelPackageArn"]!;

        await _emulator.CallAsync("UpdateModelPackage", $$"""{"ModelPackageArn":"{{two}}","ModelApprovalStatus":"Approved","ApprovalDescription":"good"}""");

        Assert.EndsWith("model-package/group/2", two, StringComparison.Ordinal);
        var described = await _emulator.CallAsync("DescribeModelPackage", $$"""{"ModelPackageName":"{{two}}"}""");
        Assert.Equal(("Approved", "good", 2), ((string?)described["ModelApprovalStatus"], (string?)described["ApprovalDescription"], (int)described["ModelPackageVersion"]!));
        var listed = await _emulator.CallAsync("ListModelPackages", """{"ModelPackageGroupName":"Group","ModelApprovalStatus":"Approved"}""");
        Assert.Single((JsonArray)listed["ModelPackageSummaryList"]!);
        Assert.Equal("ConflictException", (await _emulator.RefusedAsync("DeleteModelPackageGroup", """{"ModelPackageGroupName":"Group"}""")).Code);
    }

    [Fact]
    public async Task Tags_OfAResource_AreAddedReplacedAndRemoved()
    {
        await _emulator.CallAsync("CreateExperiment", """{"ExperimentName":"Exp","Tags":[{"Key":"a","Value":"1"}]}""");
        const string arn = "arn:aws:sagemaker:eu-west-1:000000000000:experiment/Exp";

        await _emulator.CallAsync("AddTags", $$"""{"ResourceArn":"{{arn}}","Tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":"3"}]}""");
        await _emulator.CallAsync("DeleteTags", $$"""{"ResourceArn":"{{arn}}","TagKeys":["b"]}""");

        Assert.Equal("""[{"Key":"a","Value":"2"}]""", (await _emulator.CallAsync("ListTags", $$"""{"ResourceArn":"{{arn}}"}"""))["Tags"]!.ToJsonString());
    }

    [Fact]
    public async Task Experiments_ComponentOfATrial_IsListedByExperiment()
    {
        await _emulator.CallAsync("CreateExperiment", """{"ExperimentName":"e"}""");
        await _emulator.CallAsync("CreateTrial", """{"TrialName":"t","ExperimentName":"e"}""");
        await _emulator.CallAsync("CreateTrialComponent", """{"TrialComponentName":"c","Parameters":{"depth":{"NumberValue":3}}}""");
        await _emulator.CallAsync("AssociateTrialComponent", """{"TrialName":"t","TrialComponentName":"c"}""");

        var listed = await _emulator.CallAsync("ListTrialComponents", """{"ExperimentName":"e"}""");

        Assert.Equal("c", (string?)listed["TrialComponentSummaries"]![0]!["TrialComponentName"]);
        Assert.Equal(3, (double)(await _emulator.CallAsync("DescribeTrialComponent", """{"TrialComponentName":"c"}"""))["Parameters"]!["depth"]!["NumberValue"]!);
        Assert.Equal("ValidationException", (await _emulator.RefusedAsync("DeleteTrial", """{"TrialName":"t"}""")).Code);
    }

    [Fact]
    public void Support_NamesEveryOperationOfTheModel()
    {
        var support = _emulator.Get<IEnumerable<IAwsService>>().OfType<SageMakerService>().Single().Support.ToDictionary(s => s.Operation, s => s.Level);

        Assert.True(support.Count > 390);
        Assert.Equal(SupportLevel.Real, support["CreateTrainingJob"]);
        Assert.Equal(SupportLevel.Unsupported, support["CreateNotebookInstance"]);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    private Task<JsonNode> CreateModelAsync(string name) => _emulator.CallAsync("CreateModel", Model(name));

    private static string Model(string name) => $$$"""{"ModelName":"{{{name}}}","ExecutionRoleArn":"{{{Role}}}","PrimaryContainer":{"Image":"sagemaker-xgboost:1.7-1","ModelDataUrl":"s3://bucket/m.tar.gz"}}""";

    private static string Training(string name, string image) => $$$$"""
        {"TrainingJobName":"{{{{name}}}}","AlgorithmSpecification":{"TrainingImage":"{{{{image}}}}","TrainingInputMode":"File"},"RoleArn":"{{{{Role}}}}",
         "InputDataConfig":[{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://bucket/train/"}}}],
         "OutputDataConfig":{"S3OutputPath":"s3://bucket/out"},"ResourceConfig":{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":5},
         "StoppingCondition":{"MaxRuntimeInSeconds":60}}
        """;
}
