using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>What the monitor said of one cloud's endpoint, before and after the units changed; null where the cloud offers none yet.</summary>
internal sealed record Drift(IReadOnlyList<string[]> Usual, IReadOnlyList<string[]> Shifted);

/// <summary>1. Learns what the data look like; 2. lets the monitor compare the usual traffic; 3. sends the same birds in other units and compares again.</summary>
internal sealed class DriftScene(DemoSet set)
{
    private static readonly DataLocation Baseline = new(DemoSet.Bucket, "baseline"), Reports = new(DemoSet.Bucket, "reports");

    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        if (!(await set.EachAsync(cloud => WatchAsync(cloud, ct))).TryGet(out var all, out var error)) return error;
        foreach (var (cloud, drift) in set.Clouds.Zip(all))
            set.Stage.Say(drift is null ? $"{cloud.Name,-5}  monitoring is not offered over this cloud yet" : $"{cloud.Name,-5}  so far: {Count(drift.Usual)}; {set.Penguins.All.Count} birds in pounds and inches: {Count(drift.Shifted)}");
        if (set.Clouds.Zip(all).FirstOrDefault(p => p.Second is { Shifted.Count: > 0 }) is { First: { } first, Second: { } found })
            set.Stage.Table("violations", ["Feature", "Check", $"What the monitor of {first.Name} says"], found.Shifted);
        return null;

        static string Count(IReadOnlyList<string[]> found) => found.Count switch { 0 => "no violations", 1 => "1 violation", _ => $"{found.Count} violations" };
    }

    private async Task<Result<Drift?>> WatchAsync(ICloud cloud, CancellationToken ct)
    {
        // 1. A request holds the features alone, so the baseline does too.
        var table = set.Penguins;
        var data = Baseline with { Key = "baseline-data/features.csv" };
        var text = string.Join('\n', table.Train.Select(r => string.Join(',', table.FeaturesOf(r))).Prepend(string.Join(',', table.Features))) + "\n";
        if ((await cloud.Objects.PutAsync(data, new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/csv", ct)).Error is { } unput) return unput;
        var learning = await cloud.Monitoring.StartBaselineAsync("penguins-baseline", data, Baseline, ct);
        if (learning.Error is { Code: ErrorCode.Unimplemented }) return (Drift?)null;
        if (!learning.TryGet(out var job, out var error)) return error;
        if (!(await UntilAsync(() => cloud.Monitoring.GetBaselineAsync(job, ct), s => s is not (RunState.InProgress or RunState.Stopping), ct)).TryGet(out var state, out error)) return error;
        if (state != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The baseline's job ended as {state}.");

        // 2.
        if (!(await CompareAsync(cloud, "penguins-usual", ct)).TryGet(out var usual, out error)) return error;

        // 3.
        if ((await PredictScene.AskAsync(cloud, table, [.. table.All.Select(r => Shift(table, r))], ct)).Error is { } refused) return refused;
        return (await CompareAsync(cloud, "penguins-shifted", ct)).Map<Drift?>(shifted => new Drift(usual, shifted));
    }

    /// <summary>Runs the monitor once, now, over all that the endpoint saw.</summary>
    private async Task<Result<IReadOnlyList<string[]>>> CompareAsync(ICloud cloud, string schedule, CancellationToken ct)
    {
        var output = Reports with { Key = $"{Reports.Key}/{schedule}" };
        if ((await cloud.Monitoring.ScheduleAsync(new(schedule, DemoSet.Endpoint, Baseline, output) { Now = true }, ct)).Error is { } refused) return refused;
        if (!(await UntilAsync(() => cloud.Monitoring.RunsAsync(schedule, ct), r => r is [{ State: not (RunState.InProgress or RunState.Stopping) }, ..], ct)).TryGet(out var runs, out var error)) return error;
        return runs[0].State == RunState.Completed ? await ViolationsAsync(cloud, output, ct) : new Error(ErrorCode.FailedPrecondition, $"The monitor ended as {runs[0].State}: {runs[0].Reason}");
    }

    private static string[] Shift(DemoTable table, string[] row)
    {
        var shifted = (string[])row.Clone();
        Scale("body_mass_g", 1 / 453.6);
        Scale("flipper_length_mm", 1 / 25.4);
        return shifted;

        void Scale(string column, double factor)
        {
            var i = Array.IndexOf(table.Header, column);
            if (double.TryParse(row[i], CultureInfo.InvariantCulture, out var value)) shifted[i] = (value * factor).ToString("0.##", CultureInfo.InvariantCulture);
        }
    }

    private static async Task<Result<IReadOnlyList<string[]>>> ViolationsAsync(ICloud cloud, DataLocation output, CancellationToken ct)
    {
        if (!(await cloud.Objects.ListAsync(output, ct)).TryGet(out var files, out var error)) return error;
        // Some clouds report once a deployed model: what several of them saw is told once.
        var all = new Dictionary<(string, string), string[]>();
        foreach (var file in files.Where(f => f.Key.EndsWith("violations.json", StringComparison.Ordinal)))
        {
            if (!(await cloud.Objects.GetAsync(output with { Key = file.Key }, ct)).TryGet(out var stream, out error)) return error;
            await using (stream)
            {
                // SageMaker's names, the engine's own, and those of Azure's signals, which have numbers for words.
                foreach (var v in (await JsonNode.ParseAsync(stream, cancellationToken: ct))?["violations"] as JsonArray ?? [])
                {
                    string[] found = [Text(v, "feature_name", "subject", "feature"), Text(v, "constraint_check_type", "check", "metric").Replace("_check", "", StringComparison.Ordinal).Replace('_', ' '), v?["description"]?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"{v?["value"]?.GetValue<double>():0.####} exceeds {v?["threshold"]?.GetValue<double>():0.##}.")];
                    all.TryAdd((found[0], found[1]), found);
                }
            }
        }
        return all.Values.ToList();

        static string Text(JsonNode? node, params string[] names) => names.Select(n => node?[n]?.ToString()).FirstOrDefault(t => t is not null) ?? "";
    }

    private async Task<Result<T>> UntilAsync<T>(Func<Task<Result<T>>> ask, Func<T, bool> done, CancellationToken ct)
    {
        var start = set.Time.GetTimestamp();
        while (set.Time.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
        {
            var answer = await ask();
            if (!answer.IsOk || done(answer.Value)) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(100), set.Time, ct);
        }
        return new Error(ErrorCode.DeadlineExceeded, "The monitor did not end within a minute.");
    }
}
