using System.CommandLine;
using System.Globalization;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.Cli.Commands;

/// <summary><c>monitoring</c>: how what models are asked compares with what they were trained on, in every cloud.</summary>
internal static class MonitoringCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Headings = ["Project", "Model", "Cloud", "Version", "Every", "State", "Last Run", "Columns That Differ"];

    public static Command Create()
    {
        var project = new Option<string?>("--project") { Description = "Only this project" };
        var now = new Option<string?>("--now") { Description = "Compare what this model (project/model) was asked of late now, and wait for what is found" };
        now.Validators.Add(r =>
        {
            if (ModelName.Fault(r.GetValueOrDefault<string>()) is { } fault) r.AddError(fault);
        });
        var command = new Command("monitoring", "Show whether what models are asked differs from their training data") { project, now };
        ControlSession.Serve(command, async (session, ct) =>
        {
            var path = "/v1/monitoring" + (session.Get(project) is { } named ? $"?project={Uri.EscapeDataString(named)}" : "");
            if (session.Get(now)?.Split('/') is [var of, var model])
            {
                path = $"/v1/monitoring?project={Uri.EscapeDataString(of)}";
                if (!(await session.SendAsync(HttpMethod.Post, $"/v1/monitoring/{Uri.EscapeDataString(of)}/{Uri.EscapeDataString(model)}/runs", null, WatchJson.Default.IReadOnlyListWatchStanding, ct)).TryGet(out var asked, out var refused)) return refused;
                while (!(await session.ReadAsync(path, WatchJson.Default.IReadOnlyListWatchStanding, ct)).TryGet(out var standing, out var failed) || standing.Any(w => asked.Any(a => a.Cloud == w.Cloud && a.Model == w.Model && (w.Compared < a.Asked || w.Once is not null))))
                {
                    if (failed is not null) return failed;
                    await Task.Delay(Every, session.Time, ct);
                }
            }
            if (!(await session.ReadAsync(path, WatchJson.Default.IReadOnlyListWatchStanding, ct)).TryGet(out var watches, out var error)) return error;
            if (session.Json) foreach (var watch in watches) Output.Json(watch, WatchJson.Default.WatchStanding);
            else Output.Rows(false, Headings, [.. watches.Select(Row)], "Nothing is watched; 'service: { monitoring: {} }' in a manifest has a model watched.");
            return null;
        });
        return command;
    }

    private static string[] Row(WatchStanding w) =>
    [
        w.Project, w.Model, w.Cloud, w.Version.ToString(CultureInfo.InvariantCulture), $"{w.EveryHours} h", State(w),
        w.Runs is [var newest, ..] ? newest.Due.ToString("u", CultureInfo.InvariantCulture) : "", string.Join(", ", w.Last is { Drifted: true } last ? last.Columns ?? [] : []),
    ];

    private static string State(WatchStanding w) => w switch
    {
        { Phase: Phase.Failed } => $"failed: {w.Reason}",
        { Phase: not Phase.Done } => w.Reason is { } reason ? $"waits: {reason}" : "learns the training data",
        { Runs: [{ State: "Failed", Reason: var reason }, ..] } => $"last run failed: {reason}",
        { Last: { } last } => last.Drifted == true ? "differs" : "as in training",
        _ => "no run yet",
    };
}
