using System.Globalization;
using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>1. Stores the rows without their label; 2. lets a batch job predict them; 3. compares what it wrote with the truth.</summary>
internal sealed class BatchScene(ICloud cloud, IDemoStage stage, TimeProvider time)
{
    public async Task<Error?> RunAsync(string model, DemoTable table, DataLocation input, DataLocation output, CancellationToken ct)
    {
        // 1.
        var text = string.Join('\n', table.Test.Select(r => string.Join(',', table.FeaturesOf(r)))) + "\n";
        if ((await cloud.Objects.PutAsync(input, new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/csv", ct)).Error is { } unput) return unput;

        // 2.
        if (!(await cloud.Batch.StartAsync(new(model + "-test", model, input, output) { Accept = "text/csv" }, ct)).TryGet(out var run, out var error)) return error;
        while (!run.IsFinal)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
            if (!(await cloud.Batch.GetAsync(run.Name, ct)).TryGet(out run, out error)) return error;
        }
        if (run.State != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The batch job {run.Name} ended as {run.State}: {run.Reason}");

        // 3.
        if (!(await cloud.Objects.ListAsync(output, ct)).TryGet(out var files, out error)) return error;
        if (!(await cloud.Objects.GetAsync(output with { Key = files.Single().Key }, ct)).TryGet(out var stream, out error)) return error;
        using var reader = new StreamReader(stream);
        var scores = (await reader.ReadToEndAsync(ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Score).ToList();
        Judge(output with { Key = files.Single().Key }, [.. table.Test.Select(r => r[table.LabelColumn] == "1").Zip(scores)]);
        return null;
    }

    // A line has the likelier class and its probability.
    private static double Score(string line)
    {
        var fields = line.Split(',');
        var probability = double.Parse(fields[1], CultureInfo.InvariantCulture);
        return fields[0] == "1" ? probability : 1 - probability;
    }

    private void Judge(DataLocation file, IReadOnlyList<(bool Late, double Score)> flights)
    {
        stage.Say($"predictions: s3://{file}");
        var auc = Auc(flights);
        stage.Figure("auc", auc, FormattableString.Invariant($"AUC on {flights.Count} test flights: {auc:0.000}; a guess has 0.5, and most delays are chance"));
        var likely = flights.OrderByDescending(f => f.Score).Take(flights.Count / 10).Count(f => f.Late) / (flights.Count / 10.0);
        stage.Say(FormattableString.Invariant($"late: {100.0 * flights.Count(f => f.Late) / flights.Count:0} % of all, and {100 * likely:0} % of the tenth with the highest scores"));
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
