using System.Net;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class JobTests
{
    private const string Jobs = AzureEmulator.Workspace + "/jobs/";

    [Fact]
    public async Task CommandJob_ThatReadsAndWrites_LeavesItsOutputsAndLogAsBlobs()
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.PutAsync("in/a.txt", "alpha");
        await azure.PutAsync("in/a.txt.bak", "not this");
        await azure.PutAsync("src/run.sh", "echo reading; cat $1 > $2; echo made > outputs/note.txt; mkdir -p $3/deep; cp $1 $3/deep/");
        await azure.SendAsync("PUT", AzureEmulator.Workspace + "/codes/src/versions/1", """{"properties":{"codeUri":"azureml://datastores/workspaceblobstore/paths/src"}}""");
        var put = await azure.SendAsync("PUT", Jobs + "one", """
            {"properties":{"jobType":"Command","environmentId":"e","codeId":"WORKSPACE/codes/src/versions/1",
             "command":"bash run.sh ${{inputs.a}} ${{outputs.file}} ${{outputs.folder}} && echo $AZURE_ML_INPUT_a",
             "inputs":{"a":{"jobInputType":"uri_file","uri":"azureml://datastores/workspaceblobstore/paths/in/a.txt"}},
             "outputs":{"file":{"jobOutputType":"uri_file","uri":"azureml://datastores/workspaceblobstore/paths/copied/b.txt"},"folder":{"jobOutputType":"uri_folder"}}}}
            """.Replace("WORKSPACE", AzureEmulator.Workspace, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Created, put.Status);
        var done = await EndAsync(azure, "one");
        Assert.Equal("Completed", done);
        Assert.Equal("alpha", await azure.ReadAsync("copied/b.txt"));
        Assert.Equal("alpha", await azure.ReadAsync("azureml/one/folder/deep/a.txt"));
        Assert.Equal("made\n", await azure.ReadAsync("ExperimentRun/dcid.one/outputs/note.txt"));
        var log = await azure.ReadAsync("ExperimentRun/dcid.one/user_logs/std_log.txt");
        Assert.Contains("reading", log);
        Assert.Contains("/a/a.txt", log);
    }

    [Fact]
    public async Task CommandJob_ThatFails_KeepsWhatItHasWrittenAndSaysWhy()
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", Jobs + "bad", """{"properties":{"jobType":"Command","environmentId":"e","command":"echo half > outputs/half.txt; echo oh no >&2; exit 7"}}""");
        Assert.Equal("Failed", await EndAsync(azure, "bad"));
        Assert.Equal("half\n", await azure.ReadAsync("ExperimentRun/dcid.bad/outputs/half.txt"));
        Assert.Contains("oh no", await azure.ReadAsync("ExperimentRun/dcid.bad/user_logs/std_log.txt"));
        Assert.Contains("exit code: 7", (string?)(await azure.SendAsync("GET", Jobs + "bad")).Body!["properties"]!["properties"]!["error"]);
    }

    [Fact]
    public async Task CommandJob_WithoutItsInput_FailsAndNamesIt()
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", Jobs + "none", """{"properties":{"jobType":"Command","environmentId":"e","command":"cat ${{inputs.a}}","inputs":{"a":{"jobInputType":"uri_file","uri":"azureml://datastores/workspaceblobstore/paths/missing.csv"}}}}""");
        Assert.Equal("Failed", await EndAsync(azure, "none"));
        Assert.Contains("missing.csv", (string?)(await azure.SendAsync("GET", Jobs + "none")).Body!["properties"]!["properties"]!["error"]);
    }

    [Fact]
    public async Task CommandJob_BeyondItsTimeout_Fails()
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", Jobs + "slow", """{"properties":{"jobType":"Command","environmentId":"e","command":"sleep 600","limits":{"jobLimitsType":"Command","timeout":"PT1S"}}}""");
        Assert.Equal("Failed", await EndAsync(azure, "slow"));
    }

    [Fact]
    public async Task Job_AfterARestart_IsAsItWas()
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", Jobs + "kept", """{"properties":{"jobType":"Command","environmentId":"e","command":"true","tags":{"a":"b"}}}""");
        await EndAsync(azure, "kept");
        await azure.StartAgainAsync();
        var read = await azure.SendAsync("GET", Jobs + "kept");
        Assert.Equal(("Completed", "b"), ((string?)read.Body!["properties"]!["status"], (string?)read.Body["properties"]!["tags"]!["a"]));
    }

    [Theory]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e"}}""", "properties.command")]
    [InlineData("""{"properties":{"jobType":"Command","command":"true"}}""", "properties.environmentId")]
    [InlineData("""{"properties":{"jobType":"Knitting"}}""", "properties.jobType")]
    [InlineData("""{"properties":{"jobType":"Labeling"}}""", "properties.jobType")]
    [InlineData("""{"properties":{}}""", "properties.jobType")]
    [InlineData("""{}""", "properties")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","resources":{"instanceCount":4}}}""", "properties.resources.instanceCount")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","limits":{"timeout":"soon"}}}""", "properties.limits.timeout")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","inputs":{"a":{"jobInputType":"tape"}}}}""", "properties.inputs.a.jobInputType")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","outputs":{"../a":{"jobOutputType":"uri_folder"}}}}""", "properties.outputs.../a")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","codeId":"nowhere"}}""", "properties.codeId")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","isArchived":"yes"}}""", "properties.isArchived")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":["true"]}}""", "properties.command")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","tags":{"a":5}}}""", "properties.tags.a")]
    [InlineData("""{"properties":{"jobType":"Command","environmentId":"e","command":"true","properties":"none"}}""", "properties.properties")]
    public async Task CreateJob_NotAsDocumented_NamesTheField(string body, string target)
    {
        await using var azure = await AzureEmulator.StartAsync();
        var answer = await azure.SendAsync("PUT", Jobs + "bad", body);
        Assert.Equal((HttpStatusCode.BadRequest, target), (answer.Status, answer.Target));
        Assert.Equal("ResourceNotFound", (await azure.SendAsync("GET", Jobs + "bad")).Code);
    }

    private static async Task<string?> EndAsync(AzureEmulator azure, string name) =>
        (string?)(await azure.UntilAsync(Jobs + name, b => (string?)b["properties"]?["status"] is "Completed" or "Failed" or "Canceled")).Body!["properties"]!["status"];
}
