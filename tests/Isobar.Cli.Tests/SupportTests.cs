using System.Runtime.CompilerServices;
using Isobar.Cli.Commands;

namespace Isobar.Cli.Tests;

/// <summary>docs/support.md says what the code says. To make it anew: <c>isobar support --markdown > docs/support.md</c>.</summary>
public sealed class SupportTests
{
    /// <summary>How the names of the other clouds' services begin.</summary>
    private static readonly string[] NotOfAws = ["Google ", "Azure ", "Microsoft ", "MLflow "];

    [Fact]
    public async Task SupportDocument_BesideTheCode_IsTheSame()
    {
        var written = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "support.md"));
        Assert.Equal(SupportCommand.Markdown(await SupportCommand.ServicesAsync()), written.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Readme_Summary_IsTheDocuments()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Root(), "README.md"));
        Assert.Contains(SupportCommand.Summary(await SupportCommand.ServicesAsync()), readme.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_BesideTheListOfOperations_LabelEachOnce()
    {
        var listed = (await File.ReadAllLinesAsync(Path.Combine(Root(), "data", "operations", "aws.csv"))).Skip(1);
        var labelled = (await SupportCommand.ServicesAsync()).Where(s => !NotOfAws.Any(n => s.Name.StartsWith(n, StringComparison.Ordinal))).SelectMany(s => s.Support.Select(o => $"{s.Name},{o.Operation}"));
        Assert.Equal(listed.Order(StringComparer.Ordinal), labelled.Order(StringComparer.Ordinal));
    }

    // The package may be older or newer than the list: an operation that it has and we do not name is told here.
    [Fact]
    public async Task ListOfOperations_BesideTheInstalledBotocore_LacksNone()
    {
        const string script = """
            import botocore.session, sys
            loader = botocore.session.get_session().get_component("data_loader")
            for service in sys.argv[1:]:
                try: model = loader.load_service_model(service, "service-2")
                except Exception: continue
                for operation in model["operations"]: print(service + "," + operation)
            """;
        Dictionary<string, string> services = new()
        {
            ["application-autoscaling"] = "Application Auto Scaling",
            ["cloudwatch"] = "CloudWatch",
            ["logs"] = "CloudWatch Logs",
            ["iam"] = "IAM",
            ["s3"] = "S3",
            ["sts"] = "STS",
            ["sagemaker"] = "SageMaker",
            ["sagemaker-metrics"] = "SageMaker Metrics",
            ["sagemaker-runtime"] = "SageMaker Runtime",
        };
        var python = Terminal.Find("/usr/bin/python3", "python3");
        Assert.SkipWhen(python is null, "No python3 is installed.");
        var ran = await Terminal.ProgramAsync(python, ["-c", script, .. services.Keys]);
        Assert.SkipWhen(ran.Errors.Contains("ModuleNotFoundError", StringComparison.Ordinal), "python3 has no botocore.");
        var known = ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).Select(l => $"{services[l[0]]},{l[1]}").ToList();
        Assert.True(known.Count > 500, ran.Errors);
        Assert.Empty(known.Except(await File.ReadAllLinesAsync(Path.Combine(Root(), "data", "operations", "aws.csv"))));
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "..", "..", ".."));
}
