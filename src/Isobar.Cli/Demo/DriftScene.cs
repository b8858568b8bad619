using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>1. Learns what the data look like; 2. lets the monitor compare the usual traffic; 3. sends the same birds in other units and compares again.</summary>
internal sealed class DriftScene(ICloud cloud, IDemoStage stage, TimeProvider time, DataLocation baseline, DataLocation reports)
{
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
        if (!(await CompareAsync("penguins-usual", endpoint, ct)).TryGet(out var usual, out error)) return error;
        stage.Say($"the traffic so far, beside the training data: {Count(usual)}");

        // 3.
        if ((await ask([.. table.All.Select(r => Shift(table, r))])).Error is { } refused) return refused;
        if (!(await CompareAsync("penguins-shifted", endpoint, ct)).TryGet(out var shifted, out error)) return error;
        stage.Say($"after {table.All.Count} birds measured in pounds and inches: {Count(shifted)}");
        if (shifted.Count > 0) stage.Table("violations", ["Feature", "Check", "What the monitor says"], shifted);
        return null;

        static string Count(IReadOnlyList<string[]> found) => found.Count switch { 0 => "no violations", 1 => "1 violation", _ => $"{found.Count} violations" };
    }

    /// <summary>Runs the monitor once, now, over all that the endpoint saw.</summary>
    private async Task<Result<IReadOnlyList<string[]>>> CompareAsync(string schedule, string endpoint, CancellationToken ct)
    {
        var output = reports with { Key = $"{reports.Key}/{schedule}" };
        if ((await cloud.Monitoring.ScheduleAsync(new(schedule, endpoint, baseline, output) { Now = true }, ct)).Error is { } refused) return refused;
        if (!(await UntilAsync(() => cloud.Monitoring.RunsAsync(schedule, ct), r => r is [{ State: not (RunState.InProgress or RunState.Stopping) }, ..], ct)).TryGet(out var runs, out var error)) return error;
        return runs[0].State == RunState.Completed ? await ViolationsAsync(output, ct) : new Error(ErrorCode.FailedPrecondition, $"The monitor ended as {runs[0].State}: {runs[0].Reason}");
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

    private async Task<Result<IReadOnlyList<string[]>>> ViolationsAsync(DataLocation output, CancellationToken ct)
    {
        if (!(await cloud.Objects.ListAsync(output, ct)).TryGet(out var files, out var error)) return error;
        if (files.FirstOrDefault(f => f.Key.EndsWith("constraint_violations.json", StringComparison.Ordinal)) is not { } file) return new List<string[]>();
        if (!(await cloud.Objects.GetAsync(output with { Key = file.Key }, ct)).TryGet(out var stream, out error)) return error;
        await using (stream)
        {
            var found = (await JsonNode.ParseAsync(stream, cancellationToken: ct))?["violations"] as JsonArray ?? [];
            return found.Select(v => new[] { Text(v, "feature_name"), Text(v, "constraint_check_type").Replace("_check", "", StringComparison.Ordinal).Replace('_', ' '), Text(v, "description") }).ToList();
        }

        static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";
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
