using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar logs</c>: what a training job prints; without a job, or with what is asked across the clouds, the logs of all of them.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string?> Job = new("job") { HelpName = "job", Description = "The training job (default: those of every cloud)", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until the job ends" };

    public static Command Create()
    {
        var command = new Command("logs", "Print the log of a training job, or the logs of every cloud in one") { Job, Follow };
        foreach (var option in CloudLogsCommand.Options) command.Options.Add(option);
        Job.CompletionSources.Add(Completing.Jobs);
        command.Validators.Add(r =>
        {
            if (r.GetValue(Follow) && (r.GetValue(Job) is null || CloudLogsCommand.Options.Any(o => r.GetResult(o) is { Implicit: false }))) r.AddError("--follow goes with a job alone");
        });
        command.SetAction((parsed, ct) => parsed.GetValue(Job) is { } job && !CloudLogsCommand.IsMeant(parsed)
            ? Session.ServeAsync(parsed, RunAsync, ct)
            : ControlSession.ServeAsync(parsed, (session, c) => CloudLogsCommand.RunAsync(session, parsed.GetValue(Job), c), ct));
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var (training, name) = (session.Cloud.Training, session.Get(Job)!);
        string? after = null;
        while (true)
        {
            // The state is read before the log: what a job prints last is not missed.
            if (!(await training.GetAsync(name, ct)).TryGet(out var run, out var error)) return Session.Suggest(error, name, await training.ListAsync(ct), j => j.Name);
            string? before;
            do
            {
                if (!(await training.LogAsync(name, before = after, ct)).TryGet(out var page, out error)) return error;
                after = page.Next;
                foreach (var line in page.Lines)
                {
                    if (session.Json) Output.Json(new JsonObject { ["time"] = line.Time, ["text"] = line.Text });
                    else Console.WriteLine($"{line.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {line.Text}");
                }
            }
            while (after != before);
            if (run.IsFinal || !session.Get(Follow)) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(250), session.Time, ct);
        }
    }
}
