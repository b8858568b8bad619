using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Isobar.Faults;

/// <summary>The server is killed in the middle of a Kubeflow pipeline, twice: five steps, a loop and a condition go on where they were, and none that was done is done again.</summary>
public sealed class KilledKubeflowTests : IDisposable
{
    private const string Jobs = "/v1/projects/faults/locations/us-central1/pipelineJobs";
    private static readonly HttpClient Http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-kubeflow-").FullName;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Every task adds a line when it has done its work.</summary>
    private string Tally => Path.Combine(_folder, "tally.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pipeline_ServerKilledInTheMiddle_GoesOnWithoutDoingAnythingTwice()
    {
        string name;
        await using (var first = await ChildServer.StartAsync(Data))
        {
            (await Http.PostAsJsonAsync($"{first.Google}/storage/v1/b?project=faults", new { name = "kubeflow-faults" })).EnsureSuccessStatusCode();
            var created = await Http.PostAsJsonAsync(first.Google + Jobs, new JsonObject { ["pipelineSpec"] = Spec(), ["runtimeConfig"] = new JsonObject { ["gcsOutputDirectory"] = "gs://kubeflow-faults/root" } });
            var body = await created.Content.ReadAsStringAsync();
            Assert.True(created.IsSuccessStatusCode, body);
            name = JsonNode.Parse(body)!["name"]!.GetValue<string>();
            await UntilAsync(first, name, j => Task(j, "two")?["state"]?.GetValue<string>() is "RUNNING" or "SUCCEEDED");
            await first.KillAsync();
        }
        await using (var second = await ChildServer.StartAsync(Data))
        {
            await UntilAsync(second, name, j => Task(j, "each") is not null);
            await second.KillAsync();
        }
        await using var last = await ChildServer.StartAsync(Data);
        var over = await UntilAsync(last, name, j => j["state"]!.GetValue<string>() is "PIPELINE_STATE_SUCCEEDED" or "PIPELINE_STATE_FAILED" or "PIPELINE_STATE_CANCELLED");
        Assert.True(over["state"]!.GetValue<string>() == "PIPELINE_STATE_SUCCEEDED", over.ToJsonString());
        Assert.Equal("NOT_TRIGGERED", Task(over, "otherwise")!["state"]!.GetValue<string>());
        // A task under way when the server died may begin again; one that was done must not.
        Assert.Equal(["each-a", "each-b", "one", "then", "two"], File.ReadAllLines(Tally).Order(StringComparer.Ordinal));
    }

    private static JsonNode? Task(JsonNode job, string name) => (job["jobDetail"]?["taskDetails"] as JsonArray)?.FirstOrDefault(t => t!["taskName"]?.GetValue<string>() == name);

    private static async Task<JsonNode> UntilAsync(ChildServer server, string name, Func<JsonNode, bool> condition)
    {
        JsonNode job = new JsonObject();
        for (var i = 0; i < 2000; i++, await System.Threading.Tasks.Task.Delay(50))
        {
            job = JsonNode.Parse(await Http.GetStringAsync($"{server.Google}/v1/{name}"))!;
            if (condition(job)) return job;
        }
        Assert.Fail(job.ToJsonString());
        return job;
    }

    private JsonObject Spec()
    {
        // Each task says who it is; the work takes a moment, so that a kill finds it there.
        var executor = new JsonObject
        {
            ["container"] = new JsonObject
            {
                ["image"] = "any",
                ["command"] = new JsonArray("sh", "-ec", $"sleep 1.5; printf '%s\\n' \"$0\" >> '{Tally}'; mkdir -p \"$(dirname \"$1\")\"; printf '%s' \"$0\" > \"$1\""),
                ["args"] = new JsonArray("{{$.inputs.parameters['who']}}", "{{$.outputs.parameters['said'].output_file}}"),
            },
        };
        var say = new JsonObject
        {
            ["executorLabel"] = "exec-say",
            ["inputDefinitions"] = new JsonObject { ["parameters"] = new JsonObject { ["who"] = new JsonObject { ["parameterType"] = "STRING" } } },
            ["outputDefinitions"] = new JsonObject { ["parameters"] = new JsonObject { ["said"] = new JsonObject { ["parameterType"] = "STRING" } } },
        };
        var each = Say("{{$.inputs.parameters['tag']}}{{$.inputs.parameters['item']}}");
        each["inputs"]!["parameters"]!["item"] = new JsonObject { ["componentInputParameter"] = "item" };
        each["inputs"]!["parameters"]!["tag"] = Constant("each-");
        var loop = new JsonObject { ["dag"] = new JsonObject { ["tasks"] = new JsonObject { ["each"] = each } }, ["inputDefinitions"] = new JsonObject { ["parameters"] = new JsonObject { ["item"] = new JsonObject { ["parameterType"] = "STRING" } } } };
        return new JsonObject
        {
            ["pipelineInfo"] = new JsonObject { ["name"] = "killed" },
            ["schemaVersion"] = "2.1.0",
            ["deploymentSpec"] = new JsonObject { ["executors"] = new JsonObject { ["exec-say"] = executor } },
            ["components"] = new JsonObject { ["comp-say"] = say, ["comp-loop"] = loop },
            ["root"] = new JsonObject
            {
                ["dag"] = new JsonObject
                {
                    ["tasks"] = new JsonObject
                    {
                        ["one"] = Say("one"),
                        ["two"] = Say("two", "one"),
                        ["loop"] = new JsonObject
                        {
                            ["componentRef"] = new JsonObject { ["name"] = "comp-loop" },
                            ["dependentTasks"] = new JsonArray("two"),
                            ["parameterIterator"] = new JsonObject { ["itemInput"] = "item", ["items"] = new JsonObject { ["raw"] = "[\"a\", \"b\"]" } },
                        },
                        ["then"] = Guarded("then", "== 'two'"),
                        ["otherwise"] = Guarded("otherwise", "!= 'two'"),
                    },
                },
            },
        };
    }

    private static JsonObject Constant(string text) => new() { ["runtimeValue"] = new JsonObject { ["constant"] = text } };

    private static JsonObject Say(string who, params string[] after) => new()
    {
        ["componentRef"] = new JsonObject { ["name"] = "comp-say" },
        ["dependentTasks"] = new JsonArray([.. after.Select(a => (JsonNode)a)]),
        ["inputs"] = new JsonObject { ["parameters"] = new JsonObject { ["who"] = Constant(who) } },
    };

    private static JsonObject Guarded(string who, string condition)
    {
        var task = Say(who, "loop");
        task["inputs"]!["parameters"]!["said"] = new JsonObject { ["taskOutputParameter"] = new JsonObject { ["producerTask"] = "two", ["outputParameterKey"] = "said" } };
        task["triggerPolicy"] = new JsonObject { ["condition"] = $"inputs.parameter_values['said'] {condition}" };
        return task;
    }
}
