using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>1. Learns what the data look like; 2. sends the same in other units; 3. lets the monitor compare; 4. shows what it found.</summary>
internal sealed class DriftScene(ICloud cloud, IDemoStage stage, TimeProvider time, DataLocation baseline, DataLocation reports)
{
    private const string Schedule = "penguins-drift";

    public async Task<Error?> RunAsync(string endpoint, DemoTable table, Func<IReadOnlyList<string[]>, Task<Result<IReadOnlyList<string>>>> ask, CancellationToken ct)
    {
        // 1. A request holds the features alone, so the baseline does too.
        var data = baseline with { Key = "baseline-data/features.csv" };
        var text = string.Join('\n', table.Train.Select(r => string.Join(',', table.FeaturesOf(r))).Prepend(string.Join(',', table.Features))) + "\n";
        if ((await cloud.Objects.PutAsync(data, new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/csv", ct)).Error is { } unput) return unput;
        if (!(await cloud.Monitoring.StartBaselineAsync("penguins-baseline", data, baseline, ct)).TryGet(out var job, out var error)) return error;
        if (!(await UntilAsync(() => cloud.Monitoring.GetBaselineAsync(job, ct), s => s is not (RunState.InProgress or RunState.Stopping), ct)).TryGet(out var state, out error)) return error;
        if (state != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The baseline's job ended as {state}.");

        // 2.
        if ((await ask([.. table.Train.Select(r => Shift(table, r))])).Error is { } refused) return refused;

        // 3.
        if ((await cloud.Monitoring.ScheduleAsync(new(Schedule, endpoint, baseline, reports) { Now = true }, ct)).Error is { } unscheduled) return unscheduled;
        if (!(await UntilAsync(() => cloud.Monitoring.RunsAsync(Schedule, ct), r => r is [{ State: not (RunState.InProgress or RunState.Stopping) }, ..], ct)).TryGet(out var runs, out error)) return error;
        if (runs[0].State != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The monitor ended as {runs[0].State}: {runs[0].Reason}");

        // 4.
        if (!(await ViolationsAsync(ct)).TryGet(out var violations, out error)) return error;
        stage.Say(runs[0].Violations == true ? "the monitor compared what the endpoint saw with the training data, and found:" : "the monitor found nothing unusual.");
        if (violations.Count > 0) stage.Table("violations", ["Feature", "Check", "What"], violations);
        return null;
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

    private async Task<Result<IReadOnlyList<string[]>>> ViolationsAsync(CancellationToken ct)
    {
        if (!(await cloud.Objects.ListAsync(reports, ct)).TryGet(out var files, out var error)) return error;
        if (files.FirstOrDefault(f => f.Key.EndsWith("constraint_violations.json", StringComparison.Ordinal)) is not { } file) return new List<string[]>();
        if (!(await cloud.Objects.GetAsync(reports with { Key = file.Key }, ct)).TryGet(out var stream, out error)) return error;
        await using (stream)
        {
            var found = (await JsonNode.ParseAsync(stream, cancellationToken: ct))?["violations"] as JsonArray ?? [];
            return found.Select(v => new[] { Text(v, "feature_name"), Text(v, "constraint_check_type"), Shorten(Text(v, "description")) }).ToList();
        }

        static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";
        static string Shorten(string text) => text.Length <= 60 ? text : text[..59] + "…";
    }

    private async Task<Result<T>> UntilAsync<T>(Func<Task<Result<T>>> ask, Func<T, bool> done, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
        {
            var answer = await ask();
            if (!answer.IsOk || done(answer.Value)) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
        }
        return new Error(ErrorCode.DeadlineExceeded, "The monitor did not end within a minute.");
    }
}
