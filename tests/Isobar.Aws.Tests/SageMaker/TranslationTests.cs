using System.Text.Json.Nodes;
using Isobar.Aws.SageMaker.Monitoring;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Searching;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Tuning;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Training;

namespace Isobar.Aws.Tests.SageMaker;

public sealed class TranslationTests
{
    [Theory]
    [InlineData("cron(0 * ? * * *)", "0 * * * *")]
    [InlineData("cron(15 17 ? * 1 *)", "15 17 * * 0")]
    [InlineData("cron(0 0 ? * MON-FRI *)", "0 0 * * MON-FRI")]
    [InlineData("NOW", null)]
    public void CronOf_AwsExpression_IsTheUsualFiveFields(string expression, string? expected)
    {
        var faults = new List<string>();

        Assert.Equal(expected, MonitorPlanner.CronOf(expression, faults));
        Assert.Empty(faults);
    }

    [Fact]
    public void CronOf_RateExpression_IsAFault()
    {
        var faults = new List<string>();

        Assert.Null(MonitorPlanner.CronOf("rate(1 hour)", faults));
        Assert.Contains("'rate(1 hour)' is neither NOW nor cron(", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://bucket/a/b%20c", "bucket", "a/b%20c")]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("https://bucket.s3.eu-west-1.amazonaws.com/a/b", "bucket", "a/b")]
    [InlineData("https://s3.amazonaws.com/bucket/a/b", "bucket", "a/b")]
    public void S3Place_EachForm_GivesBucketAndKey(string uri, string bucket, string key)
    {
        Assert.True(S3Place.TryParse(uri, out var place));
        Assert.Equal((bucket, key), (place.Bucket.Name, place.Key));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("s3://")]
    [InlineData("bucket/key")]
    [InlineData(null)]
    public void S3Place_NoS3Uri_IsRefused(string? uri) => Assert.False(S3Place.TryParse(uri, out _));

    [Fact]
    public void ScriptMode_HyperParametersOfTheSdk_BecomeArguments()
    {
        IReadOnlyDictionary<string, string> given = new Dictionary<string, string>
        {
            ["sagemaker_program"] = "\"train.py\"",
            ["sagemaker_submit_directory"] = "\"s3://bucket/code.tar.gz\"",
            ["sagemaker_region"] = "\"us-east-1\"",
            ["rate"] = "0.5",
            ["name"] = "\"a b\"",
        };
        var faults = new List<string>();

        var program = Assert.IsType<ScriptProgram>(ScriptMode.Program(ref given, faults));

        Assert.Equal(["python3", "{code}/train.py", "--name", "a b", "--rate", "0.5"], program.Command);
        Assert.Equal("code.tar.gz", program.Source!.Key);
        Assert.Equal("a b", given["name"]);
    }

    [Fact]
    public void TrialPlan_Name_IsTheSameForTheSameTrialAndFitsTheRules()
    {
        var plan = new TrialPlan("000000000000", "us-east-1", new string('t', 32), "arn:x", [new TrialDefinition("m", new HyperParameterTrainingJobDefinition())]);

        Assert.Equal(plan.TrainingJobName(7), TrialPlan.Parse(plan.ToJson()).TrainingJobName(7));
        Assert.NotEqual(plan.TrainingJobName(7), plan.TrainingJobName(8));
        Assert.Matches("^t{32}-007-[0-9a-f]{8}$", plan.TrainingJobName(7));
    }

    [Theory]
    [InlineData("xgboost", "eta", "0.3", 0.1, 0.5)]
    [InlineData("xgboost", "eta", "0.9", 0.1, 0.9)]
    [InlineData("custom", "rate", "0.01", 0.001, 0.1)]
    [InlineData("custom", "layers", "4", 1, 40)]
    [InlineData("custom", "bias", "-2", -20, -1)]
    [InlineData("custom", "bias", "-2.5", -25, -0.25)]
    [InlineData("custom", "bias", "0.0", 0, 1)]
    public void AutotuneRanges_AroundAHint_HoldIt(string algorithm, string name, string hint, double min, double max)
    {
        var range = AutotuneRanges.Around(algorithm, name, hint)!;

        Assert.Equal((min, max), (Math.Round(range.Min!.Value, 9), Math.Round(range.Max!.Value, 9)));
    }

    [Theory]
    [InlineData("HyperParameters.eta", "GreaterThan", "0.2", true)]
    [InlineData("HyperParameters.eta", "GreaterThan", "10", false)]
    [InlineData("TrainingJobName", "Contains", "JOB", true)]
    [InlineData("Tags.team", "Equals", "a", true)]
    [InlineData("Tags.other", "NotExists", null, true)]
    [InlineData("CreationTime", "LessThan", "2030-01-01T00:00:00Z", true)]
    [InlineData("TrainingJobStatus", "In", "Failed, Completed", true)]
    public void Search_Filter_ComparesByKind(string name, string comparison, string? value, bool fits)
    {
        var document = JsonNode.Parse("""{"TrainingJobName":"my-job","TrainingJobStatus":"Completed","HyperParameters":{"eta":"3"},"Tags":[{"Key":"team","Value":"a"}],"CreationTime":1700000000.5}""")!.AsObject();

        Assert.Equal(fits, SearchFilters.Fits(document, new SearchExpression { Filters = [new Filter { Name = name, Operator = comparison, Value = value }] }));
    }

    [Fact]
    public void Search_NestedFilters_MustHoldForOneEntry()
    {
        var document = JsonNode.Parse("""{"InputDataConfig":[{"ChannelName":"a","ContentType":"x"},{"ChannelName":"b","ContentType":"y"}]}""")!.AsObject();
        SearchExpression Both(string channel, string type) => new()
        {
            NestedFilters = [new NestedFilters { NestedPropertyName = "InputDataConfig", Filters = [new Filter { Name = "InputDataConfig.ChannelName", Value = channel }, new Filter { Name = "InputDataConfig.ContentType", Value = type }] }],
        };

        Assert.True(SearchFilters.Fits(document, Both("b", "y")));
        Assert.False(SearchFilters.Fits(document, Both("a", "y")));
    }
}
