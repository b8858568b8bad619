using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Isobar.Faults;

/// <summary>The server is killed while Vertex AI's training pipelines are under way, the user's own code and AutoML. It comes back on another port: what runs then finds it there, and both end as if nothing had been.</summary>
public sealed class KilledTrainingPipelineTests : IDisposable
{
    private const string Parent = "/v1/projects/faults/locations/us-central1";
    private const string Definitions = "gs://google-cloud-aiplatform/schema/trainingjob/definition/";
    private static readonly HttpClient Http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-training-pipelines-").FullName;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Each attempt of the own code says where it finds the server.</summary>
    private string Tally => Path.Combine(_folder, "tally.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TrainingPipelines_ServerKilledInTheMiddle_EndInTheirModels()
    {
        string own, search;
        await using (var first = await ChildServer.StartAsync(Data))
        {
            (await Http.PostAsJsonAsync($"{first.Google}/storage/v1/b?project=faults", new { name = "pipeline-faults" })).EnsureSuccessStatusCode();
            using var table = new StringContent(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "penguins.csv")));
            (await Http.PostAsync($"{first.Google}/upload/storage/v1/b/pipeline-faults/o?uploadType=media&name=penguins.csv", table)).EnsureSuccessStatusCode();
            var dataset = await DatasetAsync(first);
            own = await StartAsync(first, new JsonObject
            {
                ["trainingTaskDefinition"] = Definitions + "custom_task_1.0.0.yaml",
                ["trainingTaskInputs"] = new JsonObject
                {
                    ["workerPoolSpecs"] = new JsonArray(new JsonObject
                    {
                        ["replicaCount"] = 1,
                        ["containerSpec"] = new JsonObject { ["imageUri"] = "any", ["command"] = new JsonArray("sh", "-ec", $"echo \"$STORAGE_EMULATOR_HOST $(cat \"$GOOGLE_APPLICATION_CREDENTIALS\" | grep -o 'http://[0-9.:]*' | head -1)\" >> '{Tally}'; sleep 4") },
                    }),
                },
            });
            search = await StartAsync(first, new JsonObject
            {
                ["trainingTaskDefinition"] = Definitions + "automl_tabular_1.0.0.yaml",
                ["inputDataConfig"] = new JsonObject { ["datasetId"] = dataset },
                ["trainingTaskInputs"] = new JsonObject { ["predictionType"] = "classification", ["targetColumn"] = "species", ["trainBudgetMilliNodeHours"] = 20000, ["additionalExperiments"] = new JsonArray("isobar-max-candidates=10") },
                ["modelToUpload"] = new JsonObject { ["displayName"] = "penguins" },
            });
            await UntilAsync(first, search, j => State(j) == "PIPELINE_STATE_RUNNING");
            for (var i = 0; i < 600 && !File.Exists(Tally); i++) await Task.Delay(50);
            Assert.Equal([$"{first.Google} {first.Google}"], await File.ReadAllLinesAsync(Tally));
            await first.KillAsync();
        }
        await using var second = await ChildServer.StartAsync(Data);
        var ended = await UntilAsync(second, own, IsFinal);
        Assert.True(State(ended) == "PIPELINE_STATE_SUCCEEDED", ended.ToJsonString());
        Assert.Equal($"{second.Google} {second.Google}", (await File.ReadAllLinesAsync(Tally))[^1]);
        var learned = await UntilAsync(second, search, IsFinal);
        Assert.True(State(learned) == "PIPELINE_STATE_SUCCEEDED", learned.ToJsonString());
        var evaluations = JsonNode.Parse(await Http.GetStringAsync($"{second.Google}/v1/{learned["modelToUpload"]!["name"]}/evaluations"))!;
        Assert.True(evaluations["modelEvaluations"]![0]!["metrics"]!["auRoc"]!.GetValue<double>() > 0.9, evaluations.ToJsonString());
    }

    private static string State(JsonNode pipeline) => pipeline["state"]?.GetValue<string>() ?? "";

    private static bool IsFinal(JsonNode pipeline) => State(pipeline) is "PIPELINE_STATE_SUCCEEDED" or "PIPELINE_STATE_FAILED" or "PIPELINE_STATE_CANCELLED";

    private static async Task<string> DatasetAsync(ChildServer server)
    {
        var created = await Http.PostAsJsonAsync($"{server.Google}{Parent}/datasets", new JsonObject
        {
            ["displayName"] = "penguins",
            ["metadataSchemaUri"] = "gs://google-cloud-aiplatform/schema/dataset/metadata/tabular_1.0.0.yaml",
            ["metadata"] = new JsonObject { ["inputConfig"] = new JsonObject { ["gcsSource"] = new JsonObject { ["uri"] = new JsonArray("gs://pipeline-faults/penguins.csv") } } },
        });
        var body = await created.Content.ReadAsStringAsync();
        Assert.True(created.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!["response"]!["name"]!.GetValue<string>().Split('/')[^1];
    }

    private static async Task<string> StartAsync(ChildServer server, JsonObject pipeline)
    {
        pipeline["displayName"] = "killed";
        var created = await Http.PostAsJsonAsync($"{server.Google}{Parent}/trainingPipelines", pipeline);
        var body = await created.Content.ReadAsStringAsync();
        Assert.True(created.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!["name"]!.GetValue<string>();
    }

    private static async Task<JsonNode> UntilAsync(ChildServer server, string name, Func<JsonNode, bool> condition)
    {
        JsonNode pipeline = new JsonObject();
        for (var i = 0; i < 2400; i++, await Task.Delay(50))
        {
            pipeline = JsonNode.Parse(await Http.GetStringAsync($"{server.Google}/v1/{name}"))!;
            if (condition(pipeline)) return pipeline;
        }
        Assert.Fail(pipeline.ToJsonString());
        return pipeline;
    }
}
