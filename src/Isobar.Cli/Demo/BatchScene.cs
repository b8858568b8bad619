using System.Globalization;
using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>1. Stores the rows without their label; 2. lets a batch job predict them; 3. compares what it wrote with the truth. Clouds that offer no batches yet are told.</summary>
internal sealed class BatchScene(DemoSet set)
{
    private static readonly DataLocation Input = new(DemoSet.Bucket, "flights/test/flights.csv"), Output = new(DemoSet.Bucket, "flights/predicted/");

    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        if (!(await set.EachAsync(cloud => PredictAsync(cloud, ct))).TryGet(out var all, out var error)) return error;
        IReadOnlyList<(bool Late, double Score)> first = [];
        var classes = all.FirstOrDefault(a => a.Count > 0)?.Select(Class).ToList() ?? [];
        foreach (var (cloud, lines) in set.Clouds.Zip(all))
        {
            if (lines.Count == 0) set.Stage.Say($"{cloud.Name,-5}  batches are not offered over this cloud yet");
            else if (lines.Any(l => !l.Contains(',', StringComparison.Ordinal)))
            {
                // Some clouds write the class alone.
                var same = lines.Select(Class).Zip(classes).Count(p => p.First == p.Second);
                set.Stage.Figure("batchAgreement", (double)same / lines.Count, $"{cloud.Name,-5}  writes the classes alone: the same as above for {same} of {lines.Count}", cloud.Name);
            }
            else
            {
                IReadOnlyList<(bool Late, double Score)> flights = [.. set.Flights.Test.Select(r => r[set.Flights.LabelColumn] == "1").Zip(lines.Select(Score))];
                if (first.Count == 0) first = flights;
                var auc = Auc(flights);
                set.Stage.Figure("auc", auc, FormattableString.Invariant($"{cloud.Name,-5}  AUC on {flights.Count} test flights: {auc:0.000}"), cloud.Name);
            }
        }
        if (first.Count == 0) return null;
        var likely = first.OrderByDescending(f => f.Score).Take(first.Count / 10).Count(f => f.Late) / (first.Count / 10.0);
        set.Stage.Say("a guess has 0.5, and most delays are chance");
        set.Stage.Say(FormattableString.Invariant($"late: {100.0 * first.Count(f => f.Late) / first.Count:0} % of all, and {100 * likely:0} % of the tenth with the highest scores"));
        return null;
    }

    private async Task<Result<IReadOnlyList<string>>> PredictAsync(ICloud cloud, CancellationToken ct)
    {
        // 1.
        var text = string.Join('\n', set.Flights.Test.Select(r => string.Join(',', set.Flights.FeaturesOf(r)))) + "\n";
        if ((await cloud.Objects.PutAsync(Input, new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/csv", ct)).Error is { } unput) return unput;

        // 2.
        var started = await cloud.Batch.StartAsync(new(DemoSet.Late + "-test", DemoSet.Late, Input, Output) { Accept = "text/csv" }, ct);
        if (started.Error is { Code: ErrorCode.Unimplemented }) return new List<string>();
        if (!started.TryGet(out var run, out var error)) return error;
        while (!run.IsFinal)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), set.Time, ct);
            if (!(await cloud.Batch.GetAsync(run.Name, ct)).TryGet(out run, out error)) return error;
        }
        if (run.State != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The batch job {run.Name} ended as {run.State}: {run.Reason}");

        // 3.
        if (!(await cloud.Batch.PredictionsAsync(run.Name, ct)).TryGet(out var lines, out error)) return error;
        return lines.Count == set.Flights.Test.Count ? Result<IReadOnlyList<string>>.Ok(lines) : new Error(ErrorCode.DataLoss, $"The batch job {run.Name} predicted {lines.Count} of {set.Flights.Test.Count} rows.");
    }

    private static string Class(string line) => line.Split(',')[0];

    // A line has the likelier class and its probability, or the class and the probabilities of both.
    private static double Score(string line)
    {
        var fields = line.Split(',');
        var probability = fields.Skip(1).Take(2).Max(p => double.Parse(p, CultureInfo.InvariantCulture));
        return fields[0] == "1" ? probability : 1 - probability;
    }

    /// <summary>The share of pairs, one late and one not, that the scores put in order; equal scores count half.</summary>
    private static double Auc(IReadOnlyList<(bool Late, double Score)> flights)
    {
        double ranks = 0, before = 0;
        foreach (var tie in flights.GroupBy(f => f.Score).OrderBy(g => g.Key))
        {
            ranks += tie.Count(f => f.Late) * (before + (tie.Count() + 1) / 2.0);
            before += tie.Count();
        }
        double late = flights.Count(f => f.Late);
        return (ranks - late * (late + 1) / 2) / (late * (flights.Count - late));
    }
}
