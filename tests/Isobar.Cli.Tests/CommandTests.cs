namespace Isobar.Cli.Tests;

/// <summary>The commands, as scripts and people meet them: exit codes, JSON, and what a mistake is told.</summary>
public sealed class CommandTests : IAsyncDisposable
{
    private const string Points = "x,y,kind\n1,1,a\n2,1,a\n1,2,a\n2,2,a\n8,8,b\n9,8,b\n8,9,b\n9,9,b\n1.5,1,a\n8.5,9,b\n";
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task Commands_WithoutAServer_SayHowToStartOne()
    {
        var ran = await _terminal.RunAsync("jobs");
        Assert.Equal(Exit.Unavailable, ran.Exit);
        Assert.Contains("isobar up", ran.Errors, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Fact]
    public async Task Command_Misspelt_SuggestsTheNearest()
    {
        var ran = await _terminal.RunAsync("endpionts");
        Assert.Equal(Exit.Usage, ran.Exit);
        Assert.Contains("endpoints", ran.Output + ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_FromTheCommandLine_TrainsDeploysAndPredicts()
    {
        var up = await _terminal.UpAsync();
        Assert.StartsWith("http://127.0.0.1:", up["aws"]!.GetValue<string>(), StringComparison.Ordinal);

        var file = _terminal.File("points.csv", Points);
        var trained = await _terminal.RunAsync("train", file, "--label", "kind", "--algorithm", "logistic", "--name", "points", "--json");
        Assert.True(trained.Exit == Exit.Ok, trained.Output + trained.Errors);
        Assert.Equal("Completed", trained.Lines[^1]["state"]!.GetValue<string>());
        Assert.EndsWith("model.tar.gz", trained.Lines[^1]["model"]!.GetValue<string>(), StringComparison.Ordinal);

        var deployed = await _terminal.RunAsync("deploy", "points", "--job", "points", "--algorithm", "logistic", "--json");
        Assert.True(deployed.Exit == Exit.Ok, deployed.Output + deployed.Errors);

        var (near, far) = (await _terminal.RunAsync("predict", "points", "1,1"), await _terminal.RunAsync("predict", "points", "9,9"));
        Assert.True(near.Exit == Exit.Ok, near.Errors);
        Assert.Contains("a", near.Output, StringComparison.Ordinal);
        Assert.Contains("b", far.Output, StringComparison.Ordinal);

        var unknown = await _terminal.RunAsync("predict", "poinst", "1,1");
        Assert.Equal(Exit.NotFound, unknown.Exit);
        Assert.Contains("Did you mean 'points'?", unknown.Errors, StringComparison.Ordinal);

        var refused = await _terminal.RunAsync("jobs", "pionts", "--json");
        Assert.Equal(Exit.NotFound, refused.Exit);
        Assert.Equal("NotFound", System.Text.Json.Nodes.JsonNode.Parse(refused.Errors)!["error"]!["code"]!.GetValue<string>());

        var log = await _terminal.RunAsync("logs", "points", "--json");
        Assert.NotEmpty(log.Lines);

        var listed = Assert.Single((await _terminal.RunAsync("jobs", "--json")).Lines);
        Assert.Contains(listed["metrics"]!.AsObject(), m => m.Key == "train:accuracy" && m.Value!.GetValue<double>() > 0.9);
        var misspelt = await _terminal.RunAsync("train", file, "--label", "kind", "--algorithm", "logisitc");
        Assert.Equal(Exit.BadInput, misspelt.Exit);
        Assert.Contains("Did you mean 'logistic'?", misspelt.Errors, StringComparison.Ordinal);

        var status = Assert.Single((await _terminal.RunAsync("status", "--json")).Lines);
        Assert.Equal((1, 1), (status["jobs"]!.GetValue<int>(), status["endpointsInService"]!.GetValue<int>()));

        var busy = await _terminal.RunAsync("reset", "--yes");
        Assert.Equal(Exit.Busy, busy.Exit);
    }

    [Fact]
    public async Task Train_OnAFileThatIsMissing_NamesIt()
    {
        await _terminal.UpAsync();
        var ran = await _terminal.RunAsync("train", "nowhere.csv", "--label", "kind", "--task", "binary");
        Assert.Equal(Exit.NotFound, ran.Exit);
        Assert.Contains("nowhere.csv", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_MadeAndRevoked_OpenAndCloseAVerifyingServer()
    {
        await _terminal.UpAsync("--verify-signatures");
        var keyless = await _terminal.RunAsync("jobs");
        Assert.Equal(Exit.Denied, keyless.Exit);
        Assert.Contains("isobar keys create", keyless.Errors, StringComparison.Ordinal);

        var key = Assert.Single((await _terminal.RunAsync("keys", "create", "--json")).Lines);
        var (id, secret) = (key["accessKeyId"]!.GetValue<string>(), key["secretAccessKey"]!.GetValue<string>());
        Assert.Equal(Exit.Ok, (await _terminal.RunAsync(Signed(id, secret), "jobs")).Exit);
        Assert.Equal(Exit.Denied, (await _terminal.RunAsync(Signed(id, secret + "x"), "jobs")).Exit);

        var listed = await _terminal.RunAsync("keys", "list");
        Assert.Contains(id, listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, listed.Output, StringComparison.Ordinal);

        Assert.Equal(Exit.Ok, (await _terminal.RunAsync("keys", "revoke", id)).Exit);
        Assert.Equal(Exit.Denied, (await _terminal.RunAsync(Signed(id, secret), "jobs")).Exit);
        Assert.Equal(Exit.NotFound, (await _terminal.RunAsync("keys", "revoke", id)).Exit);
    }

    private static Dictionary<string, string> Signed(string id, string secret) => new() { ["AWS_ACCESS_KEY_ID"] = id, ["AWS_SECRET_ACCESS_KEY"] = secret };
}
