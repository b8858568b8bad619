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
        Assert.Equal(Enumerable.Range(1, 10), steps);

        // The birds of the test were in no channel; boosted trees know nearly all of them, and are the same trees in every cloud.
        var accuracies = ran.Lines.Where(l => Event(l) == "accuracy").ToList();
        Assert.Equal(Clouds, accuracies.Select(Cloud));
        Assert.All(accuracies, a => Assert.True(a["value"]!.GetValue<double>() >= 0.97, a.ToJsonString()));
        Assert.Equal(1, Assert.Single(ran.Lines, l => Event(l) == "agreement")["value"]!.GetValue<double>());

        // What docs/accuracy.md reports for the whole data set is 0.72; here less is trained on.
        var aucs = ran.Lines.Where(l => Event(l) == "auc").ToList();
        Assert.Contains("aws", aucs.Select(Cloud));
        Assert.All(aucs, a => Assert.InRange(a["value"]!.GetValue<double>(), 0.65, 0.75));

        var shifts = ran.Lines.Where(l => Event(l) == "variants").ToList();
        Assert.Equal(Clouds, shifts.Select(Cloud));
        foreach (var shares in shifts.Select(s => s["values"]!.AsObject()))
        {
            Assert.Equal(344, shares.Sum(s => s.Value!.GetValue<double>()));
            Assert.InRange(shares["linear"]!.GetValue<double>(), 200, 300);
        }

        var features = Assert.Single(ran.Lines, l => Event(l) == "violations")["rows"]!.AsArray().Select(r => r!["feature"]!.GetValue<string>()).ToHashSet();
        Assert.Equal(["body_mass_g", "flipper_length_mm"], features.Order(StringComparer.Ordinal));

        var costs = Assert.Single(ran.Lines, l => Event(l) == "costs")["rows"]!.AsArray();
        // Whatever the tour uses has a price in the lists.
        Assert.All(costs, c => Assert.StartsWith("$", c!["listPrice"]!.GetValue<string>(), StringComparison.Ordinal));
        foreach (var cloud in Clouds) Assert.Contains(costs, c => c!["cloud"]!.GetValue<string>() == cloud && c["service"]!.GetValue<string>() == "training");

        // The last line is the failover's: a whole cloud was killed under load, and no request failed.
        var failover = ran.Lines.Last()["failover"]!;
        Assert.Equal("gcp", failover["killed"]!.GetValue<string>());
        Assert.Equal(0, failover["failedRequests"]!.GetValue<int>());
        Assert.True(failover["requests"]!.GetValue<int>() >= 1000, failover.ToJsonString());
        Assert.True(failover["recoverySeconds"]!.GetValue<double>() > 0);

        // It was trained where the placement found it cheapest, and all three clouds served it.
        var placement = Assert.Single(ran.Lines, l => Event(l) == "placement")["rows"]!.AsArray();
        var training = Assert.Single(placement, p => p!["what"]!.GetValue<string>() == "training");
        Assert.Equal(training!["cloud"]!.GetValue<string>(), Cloud(Assert.Single(ran.Lines, l => Event(l) == "trainedIn")));
        Assert.Equal(Clouds.Order(StringComparer.Ordinal), placement.Where(p => p!["what"]!.GetValue<string>() == "endpoint").Select(p => p!["cloud"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        var answers = Assert.Single(ran.Lines, l => Event(l) == "answers")["values"]!.AsObject();
        Assert.All(Clouds, c => Assert.True(answers[c]!.GetValue<double>() > 0, answers.ToJsonString()));
        var bill = Assert.Single(ran.Lines, l => Event(l) == "bill")["rows"]!.AsArray();
        Assert.Equal(Clouds.Order(StringComparer.Ordinal), bill.Select(b => b!["cloud"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(bill, r => Assert.True(r!["listPrice"]!.GetValue<string>().TrimStart('$', '0', '.').Length > 0 && r["serving"]!.GetValue<string>() != "0 s", r.ToJsonString()));
        Assert.Equal(training["cloud"]!.GetValue<string>(), Assert.Single(bill, b => b!["training"]!.GetValue<string>() != "0 s")!["cloud"]!.GetValue<string>());
    }

    private static readonly string[] Clouds = ["aws", "gcp", "azure"];

    private static string Cloud(JsonObject line) => line["cloud"]?.GetValue<string>() ?? "";

    private static string Event(JsonObject line) => line["event"]?.GetValue<string>() ?? "";
}
