using System.CommandLine;
using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Logs;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar logs</c> without a job: the logs of every cloud in one query.</summary>
internal static class CloudLogsCommand
{
    private static readonly Option<string?> Project = new("--project") { Description = "A project of a manifest (default: the newest jobs and endpoints of every cloud)" };
    private static readonly Option<string?> Model = new("--model") { Description = "A model of the project" };
    private static readonly Option<string?> Cloud = new("--cloud") { Description = "A cloud of 'isobar clouds' (default: all)" };
    private static readonly Option<string?> Endpoint = new("--endpoint") { Description = "An endpoint by its name in the cloud" };
    private static readonly Option<string?> Since = new("--since") { Description = "From a time, or for a span such as 15m, 2h or 1d" };
    private static readonly Option<string?> Contains = new("--contains") { Description = "A text that lines contain" };
    private static readonly Option<int> Limit = new("--limit") { Description = $"The newest so many lines, up to {LogQuestion.MostLines}", DefaultValueFactory = _ => new LogQuestion().Limit };

    public static IReadOnlyList<Option> Options => [Project, Model, Cloud, Endpoint, Since, Contains, Limit];

    /// <summary>Whether somebody asks across the clouds.</summary>
    public static bool IsMeant(ParseResult parsed) => Options.Any(o => parsed.GetResult(o) is { Implicit: false });

    public static async Task<Error?> RunAsync(ControlSession session, string? job, CancellationToken ct)
    {
        (string Name, string? Value)[] asked =
        [
            ("project", session.Get(Project)), ("model", session.Get(Model)), ("cloud", session.Get(Cloud)), ("job", job), ("endpoint", session.Get(Endpoint)), ("since", session.Get(Since)),
            ("contains", session.Get(Contains)), ("limit", session.Get(Limit).ToString(CultureInfo.InvariantCulture)),
        ];
        var query = string.Join('&', asked.Where(a => a.Value is { Length: > 0 }).Select(a => $"{a.Name}={Uri.EscapeDataString(a.Value!)}"));
        if (!(await session.ReadAsync("/v1/logs?" + query, LogsJson.Default.CloudLogs, ct)).TryGet(out var logs, out var error)) return error;
        if (session.Json) foreach (var line in logs.Lines) Output.Json(line, LogsJson.Default.CloudLogLine);
        else
        {
            var (cloud, source) = (Width(l => l.Cloud), Width(l => l.Source));
            foreach (var line in logs.Lines) Console.WriteLine($"{line.Time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {(line.Cloud ?? "-").PadRight(cloud)}  {line.Source.PadRight(source)}  {line.Text}");
        }
        // Beside the lines, not among them.
        if (logs.More) Console.Error.WriteLine("there are older lines; --limit and --since tell which are shown");
        foreach (var unread in logs.Unread) Console.Error.WriteLine($"{unread.Cloud}{(unread.Source is { } of ? $" {of}" : "")} could not be read: {unread.Why}");
        return null;

        int Width(Func<CloudLogLine, string?> of) => logs.Lines.Count == 0 ? 0 : logs.Lines.Max(l => of(l)?.Length ?? 1);
    }
}
