using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>Gives most of the traffic to the second model, and counts who answers.</summary>
internal sealed class ShiftScene(DemoSet set)
{
    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        if (!(await set.EachAsync(cloud => ShiftAsync(cloud, ct))).TryGet(out var seen, out var error)) return error;
        set.Stage.Say($"asked for 25 % trees and 75 % linear; {set.Penguins.All.Count} requests a cloud went to:");
        set.Stage.Bars("variants", [.. set.Clouds.Zip(seen).Select(p => (p.First.Name, (IReadOnlyList<(string, double)>)[.. p.Second.Select(s => (s.Key, s.Value))]))]);
        return null;
    }

    private async Task<Result<SortedDictionary<string, double>>> ShiftAsync(ICloud cloud, CancellationToken ct)
    {
        if ((await cloud.Serving.SetWeightsAsync(DemoSet.Endpoint, new Dictionary<string, double> { ["trees"] = 0.25, ["linear"] = 0.75 }, ct)).Error is { } refused) return refused;
        if ((await Watching.UntilInServiceAsync(cloud, DemoSet.Endpoint, set.Time, ct)).Error is { } unsettled) return unsettled;
        var seen = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var row in set.Penguins.All)
        {
            if (!(await cloud.Serving.PredictAsync(DemoSet.Endpoint, PredictScene.Body(set.Penguins, [row]), ct)).TryGet(out var reply, out var error)) return error;
            seen[reply.Variant ?? "?"] = seen.GetValueOrDefault(reply.Variant ?? "?") + 1;
        }
        return seen;
    }
}
