using System.Text.Json.Nodes;

namespace Isobar.Faults;

/// <summary>The server is killed in the middle of a pipeline, twice: it goes on where it was, and nothing that was done is done again.</summary>
public sealed class KilledPipelineTests : IDisposable
{
    private static readonly string[] Names = ["one", "two", "three", "four", "five"];
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-pipeline-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pipeline_ServerKilledInTheMiddle_GoesOnWithoutDoingAnythingTwice()
    {
        string arn;
        JsonArray before;
        await using (var first = await ChildServer.StartAsync(Data))
        {
            await Lab.UploadPenguinsAsync(first.Cloud);
            await Lab.SageMakerAsync(first.Aws, "CreatePipeline", new JsonObject
            {
                ["PipelineName"] = "chain", ["PipelineDefinition"] = Definition(), ["ClientRequestToken"] = new string('c', 32), ["RoleArn"] = "arn:aws:iam::000000000000:role/faults",
            });
            arn = (await Lab.SageMakerAsync(first.Aws, "StartPipelineExecution", new JsonObject { ["PipelineName"] = "chain", ["ClientRequestToken"] = new string('s', 32) }))["PipelineExecutionArn"]!.GetValue<string>();
            await UntilAsync(first, arn, "two");
            await first.KillAsync();
        }
        await using (var second = await ChildServer.StartAsync(Data))
        {
            await UntilAsync(second, arn, "three");
            before = await StepsAsync(second, arn);
            await second.KillAsync();
        }
        await using var last = await ChildServer.StartAsync(Data);
        var status = "";
        for (var i = 0; i < 2000 && status is "" or "Executing"; i++)
        {
            status = (await Lab.SageMakerAsync(last.Aws, "DescribePipelineExecution", new JsonObject { ["PipelineExecutionArn"] = arn }))["PipelineExecutionStatus"]!.GetValue<string>();
            await Task.Delay(50);
        }
        var after = await StepsAsync(last, arn);
        Assert.True(status == "Succeeded", after.ToJsonString());
        Assert.Equal([.. Names, "choose", "end"], after.Select(s => s!["StepName"]!.GetValue<string>()));
        // One attempt, and one job, for every step; those that were done keep their times.
        Assert.All(after, s => Assert.Equal(1, s!["AttemptCount"]!.GetValue<int>()));
        foreach (var done in before.Where(s => s!["StepStatus"]!.GetValue<string>() == "Succeeded"))
            Assert.Equal(done!.ToJsonString(), after.Single(s => s!["StepName"]!.GetValue<string>() == done["StepName"]!.GetValue<string>())!.ToJsonString());
        var jobs = (await Lab.SageMakerAsync(last.Aws, "ListTrainingJobs", new JsonObject { ["NameContains"] = "pipelines-" }))["TrainingJobSummaries"]!.AsArray();
        Assert.Equal(Names.Length + 1, jobs.Count);
    }

    private static async Task UntilAsync(ChildServer server, string arn, string step)
    {
        for (var i = 0; i < 2000; i++)
        {
            if ((await StepsAsync(server, arn)).Any(s => s!["StepName"]!.GetValue<string>() == step && s["StepStatus"]!.GetValue<string>() is "Executing" or "Succeeded")) return;
            await Task.Delay(50);
        }
        Assert.Fail($"The step {step} did not start.");
    }

    private static async Task<JsonArray> StepsAsync(ChildServer server, string arn) =>
        (await Lab.SageMakerAsync(server.Aws, "ListPipelineExecutionSteps", new JsonObject { ["PipelineExecutionArn"] = arn, ["SortOrder"] = "Ascending" }))["PipelineExecutionSteps"]!.AsArray();

    private static string Definition()
    {
        var steps = new JsonArray([.. Names.Select((n, i) => (JsonNode)Training(n, i == 0 ? null : Names[i - 1]))]);
        steps.Add(new JsonObject
        {
            ["Name"] = "choose", ["Type"] = "Condition",
            ["Arguments"] = new JsonObject
            {
                ["Conditions"] = new JsonArray(new JsonObject { ["Type"] = "Equals", ["LeftValue"] = new JsonObject { ["Get"] = "Steps.five.TrainingJobStatus" }, ["RightValue"] = "Completed" }),
                ["IfSteps"] = new JsonArray(Training("end", null)),
            },
        });
        return new JsonObject { ["Version"] = "2020-12-01", ["Steps"] = steps }.ToJsonString();
    }

    private static JsonObject Training(string name, string? after) => new()
    {
        ["Name"] = name, ["Type"] = "Training", ["DependsOn"] = after is null ? [] : new JsonArray(after),
        ["Arguments"] = new JsonObject
        {
            ["AlgorithmSpecification"] = new JsonObject { ["TrainingImage"] = "example.com/own:1", ["TrainingInputMode"] = "File", ["ContainerEntrypoint"] = new JsonArray("sh", "-c", "sleep 1; echo done > /opt/ml/model/done") },
            ["RoleArn"] = "arn:aws:iam::000000000000:role/faults",
            ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = $"s3://{Lab.Bucket}/models" },
            ["ResourceConfig"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 5 },
            ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 600 },
        },
    };
}
