using System.Text.Json.Nodes;

namespace Isobar.Cli.Tests;

/// <summary>The main job, whole.</summary>
public sealed class DemoTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task Demo_FromStartToEnd_ShowsWhatItPromises()
    {
        var ran = await _terminal.RunAsync("demo", "--json");
        Assert.True(ran.Exit == Exit.Ok, ran.Output + ran.Errors);
        var steps = ran.Lines.Where(l => Event(l) == "step").Select(l => l["step"]!.GetValue<int>());
        Assert.Equal(Enumerable.Range(1, 9), steps);

        // The birds of the test were in no channel; boosted trees know nearly all of them.
        var accuracy = Assert.Single(ran.Lines, l => Event(l) == "accuracy");
        Assert.True(accuracy["value"]!.GetValue<double>() >= 0.97, accuracy.ToJsonString());

        // What docs/accuracy.md reports for the whole data set is 0.72.
        Assert.InRange(Assert.Single(ran.Lines, l => Event(l) == "auc")["value"]!.GetValue<double>(), 0.68, 0.78);

        var shares = Assert.Single(ran.Lines, l => Event(l) == "variants")["values"]!.AsObject();
        Assert.Equal(344, shares.Sum(s => s.Value!.GetValue<double>()));
        Assert.InRange(shares["linear"]!.GetValue<double>(), 200, 300);

        var features = Assert.Single(ran.Lines, l => Event(l) == "violations")["rows"]!.AsArray().Select(r => r!["feature"]!.GetValue<string>()).ToHashSet();
        Assert.Equal(["body_mass_g", "flipper_length_mm"], features.Order(StringComparer.Ordinal));

        var costs = Assert.Single(ran.Lines, l => Event(l) == "costs")["rows"]!.AsArray();
        Assert.All(costs, c => Assert.StartsWith("$", c!["listPrice"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Contains(costs, c => c!["service"]!.GetValue<string>() == "training");
    }

    private static string Event(JsonObject line) => line["event"]?.GetValue<string>() ?? "";
}
