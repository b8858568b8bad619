using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Isobar.Faults;

/// <summary>The server is killed in the middle of an Azure Machine Learning pipeline, twice: six steps, a loop and a condition go on where they were, and none that was done is done again.</summary>
public sealed class KilledAzurePipelineTests : IDisposable
{
    private const string Group = "/subscriptions/12345678-1234-1234-1234-123456789abc/resourceGroups/faults";
    private const string Workspace = Group + "/providers/Microsoft.MachineLearningServices/workspaces/faults", Version = "api-version=2024-04-01";
    private static readonly string[] Final = ["Completed", "Failed", "Canceled"];
    private static readonly HttpClient Http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-azure-pipeline-").FullName;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Every step adds a line when it has done its work.</summary>
    private string Tally => Path.Combine(_folder, "tally.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pipeline_ServerKilledInTheMiddle_GoesOnWithoutDoingAnythingTwice()
    {
        await using (var first = await ChildServer.StartAsync(Data))
        {
            await PutAsync(first, Group, new JsonObject { ["location"] = "westeurope" });
            await PutAsync(first, Workspace, new JsonObject { ["location"] = "westeurope", ["properties"] = new JsonObject() });
            await UntilAsync(() => GetAsync(first, Workspace), w => w["properties"]!["provisioningState"]!.GetValue<string>() == "Succeeded");
            await PutAsync(first, Workspace + "/jobs/chain", new JsonObject { ["properties"] = Pipeline() });
            await UntilAsync(() => NodesAsync(first), n => Status(n, "two") is "Running" or "Completed");
            await first.KillAsync();
        }
        JsonNode before;
        await using (var second = await ChildServer.StartAsync(Data))
        {
            before = await UntilAsync(() => NodesAsync(second), n => Status(n, "loop.0.each") is not null);
            await second.KillAsync();
        }
        await using var last = await ChildServer.StartAsync(Data);
        var over = await UntilAsync(() => GetAsync(last, Workspace + "/jobs/chain"), j => Final.Contains(j["properties"]!["status"]!.GetValue<string>()));
        var after = await NodesAsync(last);
        Assert.True(over["properties"]!["status"]!.GetValue<string>() == "Completed", after.ToJsonString());
        // A step under way when the server died may begin again; one that was done must not.
        Assert.Equal(["each-a", "each-b", "one", "right", "then", "two"], File.ReadAllLines(Tally).Order(StringComparer.Ordinal));
        // One job for every step, and none for the branch that was not taken; what was done before keeps its job and its times.
        Assert.Equal(["loop.0.each", "loop.1.each", "one", "right", "then", "two"], after["value"]!.AsArray().Select(Node).Order(StringComparer.Ordinal));
        foreach (var done in before["value"]!.AsArray().Where(n => n!["properties"]!["status"]!.GetValue<string>() == "Completed"))
            Assert.Equal(done!["properties"]!["properties"]!.ToJsonString(), after["value"]!.AsArray().Single(n => n!["name"]!.GetValue<string>() == done["name"]!.GetValue<string>())!["properties"]!["properties"]!.ToJsonString());
    }

    private JsonObject Pipeline() => new()
    {
        ["jobType"] = "Pipeline",
        ["jobs"] = new JsonObject
        {
            ["one"] = Step("one"),
            ["two"] = Step("two", "one"),
            ["each"] = Step(null, "two"),
            ["loop"] = new JsonObject { ["type"] = "parallel_for", ["body"] = "${{parent.jobs.each}}", ["items"] = """[{"who": "each-a"}, {"who": "each-b"}]""" },
            ["right"] = Step("right", "loop", "case '${{inputs.after}}' in *each-b*) printf true;; *) printf false;; esac > ${{outputs.said}}", "boolean"),
            ["choose"] = new JsonObject { ["type"] = "if_else", ["condition"] = "${{parent.jobs.right.outputs.said}}", ["true_block"] = "${{parent.jobs.then}}", ["false_block"] = "${{parent.jobs.otherwise}}" },
            ["then"] = Step("then", "right"),
            ["otherwise"] = Step("otherwise", "right"),
        },
    };

    /// <summary>A step says who it is; the work takes a moment, so that a kill finds it there.</summary>
    private JsonObject Step(string? who, string? after = null, string say = "printf '%s' '${{inputs.who}}' > ${{outputs.said}}", string type = "string")
    {
        var inputs = new JsonObject();
        if (who is not null) inputs["who"] = new JsonObject { ["job_input_type"] = "literal", ["value"] = who };
        if (after is not null) inputs["after"] = new JsonObject { ["job_input_type"] = "literal", ["value"] = $"${{{{parent.jobs.{after}.outputs.said}}}}" };
        var text = new JsonObject { ["type"] = "string" };
        return new JsonObject
        {
            ["type"] = "command",
            ["command"] = $"sleep 1.5; printf '%s\\n' '${{{{inputs.who}}}}' >> '{Tally}'; {say}",
            ["environmentId"] = "azureml:any:1",
            ["component"] = new JsonObject { ["inputs"] = new JsonObject { ["who"] = text.DeepClone(), ["after"] = text }, ["outputs"] = new JsonObject { ["said"] = new JsonObject { ["type"] = type } } },
            ["inputs"] = inputs,
        };
    }

    private static string Node(JsonNode? job) => job!["properties"]!["properties"]!["azureml.nodeid"]!.GetValue<string>();

    private static string? Status(JsonNode nodes, string node) => nodes["value"]!.AsArray().FirstOrDefault(n => Node(n) == node)?["properties"]!["status"]!.GetValue<string>();

    private static Task<JsonNode> NodesAsync(ChildServer server) => GetAsync(server, Workspace + "/jobs?parentJobName=chain");

    private static async Task<JsonNode> GetAsync(ChildServer server, string path) => JsonNode.Parse(await Http.GetStringAsync($"{server.Azure}{path}{(path.Contains('?') ? '&' : '?')}{Version}"))!;

    private static async Task PutAsync(ChildServer server, string path, JsonObject body)
    {
        using var reply = await Http.PutAsJsonAsync($"{server.Azure}{path}?{Version}", body);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    private static async Task<JsonNode> UntilAsync(Func<Task<JsonNode>> read, Func<JsonNode, bool> condition)
    {
        JsonNode found = new JsonObject();
        for (var i = 0; i < 2000; i++, await Task.Delay(50))
            if (condition(found = await read())) return found;
        Assert.Fail(found.ToJsonString());
        return found;
    }
}
