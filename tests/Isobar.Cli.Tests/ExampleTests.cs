using System.Runtime.CompilerServices;

namespace Isobar.Cli.Tests;

/// <summary>The examples do what they say, on a server that is reached as their readers reach it.</summary>
public sealed class ExampleTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task SageMakerXgboost_ThroughBoto3AndSigned_TrainsDeploysAndPredicts()
    {
        var python = Terminal.Find("/usr/bin/python3", "python3");
        Assert.SkipWhen(python is null, "No python3 is installed.");
        Assert.SkipUnless((await Terminal.ProgramAsync(python, ["-c", "import boto3"])).Exit == 0, "python3 has no boto3.");
        var up = await _terminal.UpAsync("--verify-signatures");
        var environment = new Dictionary<string, string> { ["AWS_ENDPOINT_URL"] = up["aws"]!.GetValue<string>(), ["AWS_REGION"] = "us-east-1" };

        (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) = ("test", "test");
        var refused = await Terminal.ProgramAsync(python, [Example("sagemaker_xgboost.py")], environment);
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("InvalidAccessKeyId", refused.Errors, StringComparison.Ordinal);

        var key = Assert.Single((await _terminal.RunAsync("keys", "create", "--json")).Lines);
        (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) = (key["accessKeyId"]!.GetValue<string>(), key["secretAccessKey"]!.GetValue<string>());
        var ran = await Terminal.ProgramAsync(python, [Example("sagemaker_xgboost.py")], environment);
        Assert.True(ran.Exit == 0, ran.Output + ran.Errors);
        var told = ran.Output.Split(' ', '\n').SkipWhile(w => w != "right:").ToList();
        Assert.True(int.Parse(told[1], System.Globalization.CultureInfo.InvariantCulture) >= 63, ran.Output);
    }

    [Fact]
    public async Task Graph_AppliedFromItsFile_PreparesTrainsAndServes()
    {
        Assert.SkipWhen(Terminal.Find("/usr/bin/python3", "python3") is null, "No python3 is installed.");
        await _terminal.UpAsync();
        var applied = await _terminal.RunAsync("apply", Example("graph.isobar.yaml"));
        Assert.True(applied.Exit == Exit.Ok, applied.Output + applied.Errors);
        Assert.Contains("graph stands as the manifest wants it", applied.Output, StringComparison.Ordinal);
        var prepared = (await _terminal.RunAsync("models", "graph", "--json")).Lines.Single(v => v["model"]!.GetValue<string>() == "prepare");
        Assert.Equal(333, prepared["metrics"]!["train:rows"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("penguins.isobar.yaml")]
    [InlineData("graph.isobar.yaml")]
    public async Task Manifests_OfTheExamples_AreAsTheyMustBe(string name)
    {
        var ran = await _terminal.RunAsync("validate", Example(name));
        Assert.True(ran.Exit == Exit.Ok, ran.Errors);
    }

    private static string Example(string name, [CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "..", "..", "..", "examples", name));
}
