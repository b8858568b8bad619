using System.CommandLine;
using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar jobs</c>: the training jobs, or one of them.</summary>
internal static class JobsCommand
{
    private static readonly Argument<string?> Job = new("job") { HelpName = "job", Description = "A job, to see all of it", DefaultValueFactory = _ => null };
    private static readonly Option<bool> Stop = new("--stop") { Description = "Ask the job to stop; it has 120 s to save its work" };

    public static Command Create()
    {
        var command = new Command("jobs", "List training jobs, or show or stop one") { Job, Stop };
        command.Validators.Add(r =>
        {
            if (r.GetValue(Stop) && r.GetValue(Job) is null) r.AddError("--stop needs the name of a job.");
        });
        Job.CompletionSources.Add(Completing.Jobs);
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var training = session.Cloud.Training;
        if (session.Get(Job) is not { } name)
        {
            if (!(await training.ListAsync(ct)).TryGet(out var all, out var unlisted)) return unlisted;
            if (session.Json)
            {
                // A listing tells neither metrics nor model; a script wants them.
                foreach (var job in all)
                    Output.Json(Watching.Describe((await training.GetAsync(job.Name, ct)).TryGet(out var whole, out _) ? whole : job));
                return null;
            }
            Output.Rows(false, ["Job", "State", "Created", "Took"], [.. all.Select(j => (string[])
            [
                j.Name, j.State.ToString(), j.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                j.Ended is { } ended ? FormattableString.Invariant($"{(ended - j.Created).TotalSeconds:0.0} s") : "",
            ])], "There are no jobs yet; 'isobar train data.csv --label column' starts one.");
            return null;
        }
        if (session.Get(Stop) && (await training.StopAsync(name, ct)).Error is { } unstopped) return Session.Suggest(unstopped, name, await training.ListAsync(ct), j => j.Name);
        if (!(await training.GetAsync(name, ct)).TryGet(out var run, out var error)) return Session.Suggest(error, name, await training.ListAsync(ct), j => j.Name);
        if (session.Json)
        {
            Output.Json(Watching.Describe(run));
            return null;
        }
        List<string[]> rows = [["state", run.State.ToString()], ["step", run.Step], .. run.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new[] { m.Key, m.Value.ToString("0.######", CultureInfo.InvariantCulture) })];
        if (run.Reason is { } reason) rows.Add(["reason", reason]);
        if (run.Model is { } model) rows.Add(["model", $"s3://{model}"]);
        Output.Rows(false, [run.Name, ""], rows, "");
        return null;
    }
}
