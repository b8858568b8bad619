using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Isobar.Cli.Tests;

/// <summary>A server's life, as the commands beside it see it.</summary>
public sealed class ServerTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task Server_ThatWasKilled_IsKnownForDeadAndItsDataCanBeReset()
    {
        await _terminal.UpAsync();
        Assert.Contains("AWS_ENDPOINT_URL", (await _terminal.RunAsync("env")).Output, StringComparison.Ordinal);
        await _terminal.KillAsync();

        var after = await _terminal.RunAsync("status", "--json");
        Assert.Equal(Exit.Unavailable, after.Exit);
        Assert.Contains("isobar up", Error(after)["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(Exit.Unavailable, (await _terminal.RunAsync("env")).Exit);

        Assert.Equal(Exit.Usage, (await _terminal.RunAsync("reset")).Exit);
        Assert.True(Directory.Exists(_terminal.Data));
        Assert.Equal(Exit.Ok, (await _terminal.RunAsync("reset", "--yes")).Exit);
        Assert.False(Directory.Exists(_terminal.Data));
    }

    [Fact]
    public async Task Up_WhereSomethingIsTaken_SaysWhatAndHowElse()
    {
        var up = await _terminal.UpAsync();
        var second = await _terminal.RunAsync("up", "--port", "0");
        Assert.Equal(Exit.Busy, second.Exit);

        var port = new Uri(up["aws"]!.GetValue<string>()).Port;
        await using var other = new Terminal();
        var refused = await other.RunAsync("up", "--port", "0", "--gcp-port", "0", "--azure-port", "0", "--aws-port", $"{port}");
        Assert.Equal(Exit.Unavailable, refused.Exit);
        Assert.Contains("--aws-port", refused.Errors, StringComparison.Ordinal);
        // One line for people; the rest is in the log.
        Assert.Single(refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Usage_OfTheControlPlane_IsPricedAndNamesABadTime()
    {
        var up = await _terminal.UpAsync();
        Assert.Equal(Exit.Ok, (await _terminal.RunAsync("train", _terminal.File("p.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n"), "--label", "y", "--task", "regression", "--algorithm", "linear", "--name", "line")).Exit);
        using var http = new HttpClient { BaseAddress = new Uri(up["control"]!.GetValue<string>()) };

        var usage = await http.GetFromJsonAsync<JsonObject>("/v1/usage?cloud=aws", TestContext.Current.CancellationToken);
        var training = Assert.Single(usage!["rows"]!.AsArray(), r => r!["service"]!.GetValue<string>() == "training");
        Assert.EndsWith("line", training!["resource"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(training["cost"]!.GetValue<decimal>() > 0);
        Assert.Equal(0, usage["unpriced"]!.GetValue<int>());
        Assert.Equal(usage["total"]!.GetValue<decimal>(), usage["rows"]!.AsArray().Sum(r => r!["cost"]!.GetValue<decimal>()));

        var refused = await http.GetAsync("/v1/usage?from=yesterday", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("'yesterday'", (await refused.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["errors"]!["from"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no command 'trian'. Did you mean 'train'?", "trian", "x.csv")]
    [InlineData("there is no option '--lable'. Did you mean '--label'?", "train", "x.csv", "--lable", "y")]
    [InlineData("See 'isobar keys --help'", "keys", "crate")]
    public async Task CommandLine_ThatIsWrong_IsToldInOneLine(string told, params string[] arguments)
    {
        var ran = await _terminal.RunAsync([.. arguments, "--json"]);
        Assert.Equal(Exit.Usage, ran.Exit);
        Assert.Empty(ran.Output);
        Assert.Equal(("Usage", Exit.Usage), (Error(ran)["code"]!.GetValue<string>(), Error(ran)["exit"]!.GetValue<int>()));
        Assert.Contains(told, Error(ran)["message"]!.GetValue<string>(), StringComparison.OrdinalIgnoreCase);
    }

    private static JsonNode Error(Ran ran) => JsonNode.Parse(ran.Errors)!["error"]!;
}
