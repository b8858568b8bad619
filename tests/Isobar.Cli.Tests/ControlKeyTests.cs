namespace Isobar.Cli.Tests;

/// <summary>A control plane that asks for keys, as the command line meets it.</summary>
public sealed class ControlKeyTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task Costs_OfAServerThatAsksForKeys_NeedsOne()
    {
        var up = await _terminal.UpAsync("--require-keys");
        var refused = await _terminal.RunAsync("costs");
        Assert.Equal(Exit.Denied, refused.Exit);
        Assert.Contains("isobar keys", refused.Errors, StringComparison.Ordinal);
        var made = await _terminal.RunAsync("keys", "create", "--json");
        var (id, secret) = (made.Lines[0]["accessKeyId"]!.GetValue<string>(), made.Lines[0]["secretAccessKey"]!.GetValue<string>());
        Assert.Equal(Exit.Ok, (await _terminal.RunAsync(new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = id, ["AWS_SECRET_ACCESS_KEY"] = secret }, "costs")).Exit);
        var remote = new Dictionary<string, string> { ["ISOBAR_ENDPOINT"] = up["control"]!.GetValue<string>(), ["ISOBAR_KEY"] = $"{id}:{secret}" };
        Assert.Equal(Exit.Ok, (await _terminal.RunAsync(remote, "costs", "--data", _terminal.File("elsewhere", "") + ".d")).Exit);
        Assert.Equal(Exit.Denied, (await _terminal.RunAsync(new Dictionary<string, string> { ["ISOBAR_KEY"] = $"{id}:wrong" }, "costs")).Exit);
    }
}
