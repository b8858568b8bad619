using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>Asks every cloud's endpoint about the birds that no training job saw, and compares the answers with the truth and with each other.</summary>
internal sealed class PredictScene(DemoSet set)
{
    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        var (table, known) = (set.Penguins, set.Penguins.Test);
        if (!(await set.EachAsync(cloud => AskAsync(cloud, table, known, ct))).TryGet(out var answers, out var error)) return error;
        var rows = Enumerable.Range(0, known.Count).Where(i => i % 10 == 3).Take(7)
            .Select(i => (string[])[Cell(known[i], "bill_length_mm"), Cell(known[i], "body_mass_g"), known[i][table.LabelColumn], .. answers.Select(a => a[i])]).ToList();
        set.Stage.Table("predictions", ["Bill mm", "Mass g", "Truth", .. set.Clouds.Select(c => c.Name)], rows);
        foreach (var (cloud, answer) in set.Clouds.Zip(answers))
        {
            var right = known.Zip(answer).Count(p => p.First[table.LabelColumn] == p.Second);
            set.Stage.Figure("accuracy", (double)right / known.Count, FormattableString.Invariant($"{cloud.Name,-5}  accuracy on {known.Count} test penguins: {(double)right / known.Count:0.000} ({right} right)"), cloud.Name);
        }
        var same = Enumerable.Range(0, known.Count).Count(i => answers.All(a => a[i] == answers[0][i]));
        set.Stage.Figure("agreement", (double)same / known.Count, $"the {set.Clouds.Count} clouds gave the same answer for {same} of {known.Count}");
        set.Stage.Say("that is one split of a small table; docs/accuracy.md has the mean of five");
        return null;

        string Cell(string[] row, string column) => row[Array.IndexOf(table.Header, column)] is { Length: > 0 } value ? value : "-";
    }

    /// <summary>The classes that the endpoint answers, in the order of the rows.</summary>
    public static async Task<Result<IReadOnlyList<string>>> AskAsync(ICloud cloud, DemoTable table, IReadOnlyList<string[]> rows, CancellationToken ct) =>
        (await cloud.Serving.PredictAsync(DemoSet.Endpoint, Body(table, rows), ct))
        .Map<IReadOnlyList<string>>(r => [.. Encoding.UTF8.GetString(r.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')[0])]);

    /// <summary>Rows as an endpoint takes them, without their label.</summary>
    public static PredictionRequest Body(DemoTable table, IEnumerable<string[]> rows) => new(Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => string.Join(',', table.FeaturesOf(r)))))) { Accept = "text/csv" };
}
