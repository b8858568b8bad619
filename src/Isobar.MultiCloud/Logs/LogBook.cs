using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Logs;

/// <summary>
/// The logs of every cloud in one question: what training jobs print, read from each cloud's own log service, and what the control plane did there. Clouds are asked at
/// the same time; one that does not answer is told, and holds up the others no longer than <see cref="Patience"/>.
/// </summary>
public sealed class LogBook(IClouds clouds, ControlPlane control, Versions versions, Events events)
{
    /// <summary>The longest that a cloud may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const string Control = "control";
    private const int MostJobs = 20, MostOfAJob = 50_000, MostEvents = 1000;

    // 1. which jobs; 2. their logs, of all clouds at once; 3. what the control plane did; 4. the newest lines of all, in the order of time.
    /// <summary>Asks all clouds.</summary>
    public async Task<Result<CloudLogs>> AskAsync(LogQuestion question, CancellationToken ct)
    {
        if (question.Limit is < 1 or > LogQuestion.MostLines) return Error.Invalid("limit", $"{question.Limit}", $"limit lies between 1 and {LogQuestion.MostLines}.");
        if (question.Model is not null && question.Project is null) return Error.Invalid("model", question.Model, "model goes with project.");
        await clouds.Ready.WaitAsync(ct).ConfigureAwait(false);
        if (question.Cloud is { } named && clouds.Find(named) is null) return Error.Invalid("cloud", named, $"There is no cloud '{named}'; there are {string.Join(", ", clouds.All.Select(c => c.Name))}.");
        if (question.Project is { } project && await control.GetAsync(project, ct).ConfigureAwait(false) is null) return Error.NotFound($"The project {project}");

        // 1.
        var known = await KnownAsync(question, ct).ConfigureAwait(false);
        // 2.
        var asked = clouds.All.Where(c => question.Cloud is null || c.Name == question.Cloud).ToList();
        var read = await Task.WhenAll(asked.Select(c => OfCloudAsync(c, question, [.. known.Where(k => k.Cloud == c.Name)], ct))).ConfigureAwait(false);
        var lines = read.SelectMany(r => r.Lines).ToList();
        // 3.
        if (question.Job is null)
            lines.AddRange((await events.ListAsync(question.Project, MostEvents, ct).ConfigureAwait(false))
                .Where(e => (question.Model is null || e.Model == question.Model) && (question.Cloud is null || e.Cloud == question.Cloud))
                .Select(e => new CloudLogLine(e.At, e.Cloud, Control, e.Message, e.Project, e.Model)).Where(l => Fits(l, question)));
        // 4.
        // Lines of the same time stay as their log has them: some clouds tell whole seconds.
        return new CloudLogs([.. lines.OrderBy(l => l.Time).TakeLast(question.Limit)], lines.Count > question.Limit, [.. read.SelectMany(r => r.Unread)]);
    }

    // A manifest's jobs: those under way, those that were lost, and those that made the versions.
    private async Task<List<KnownJob>> KnownAsync(LogQuestion question, CancellationToken ct)
    {
        var known = new List<KnownJob>();
        foreach (var standing in await control.ModelsAsync(question.Project, ct).ConfigureAwait(false))
        {
            if (standing.Training is not { } training) continue;
            known.AddRange((training.Tried ?? []).Select(t => new KnownJob(t.Cloud, t.Job, standing.Project, standing.Model)));
            if (training.Phase != Phase.Planned) known.Add(new(training.Cloud, training.Job, standing.Project, standing.Model));
        }
        foreach (var version in await versions.ListAsync(question.Project, question.Model, ct).ConfigureAwait(false)) known.Add(new(version.Lineage.Cloud, version.Lineage.Job, version.Project, version.Model));
        return [.. known.Distinct().Where(k => question.Model is null || k.Model == question.Model)];
    }

    private static async Task<(List<CloudLogLine> Lines, List<UnreadLog> Unread)> OfCloudAsync(CloudEntry cloud, LogQuestion question, List<KnownJob> known, CancellationToken ct)
    {
        var (lines, unread) = (new List<CloudLogLine>(), new List<UnreadLog>());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var jobs = question.Job is { } one ? [one] : known.Select(k => k.Job).ToList();
        if (question.Project is not null && question.Job is { } wanted && !known.Any(k => k.Job == wanted)) return (lines, unread);
        if (question.Project is null && question.Job is null)
        {
            var listed = await Calls.WithinAsync(Patience, c => cloud.Cloud.Training.ListAsync(c), patience.Token).ConfigureAwait(false);
            if (listed.TryGet(out var runs, out var error)) jobs = [.. runs.Where(r => question.Since is not { } since || r.Ended is not { } ended || ended >= since).Take(MostJobs).Select(r => r.Name)];
            else if (error.Code != ErrorCode.Unimplemented) return (lines, [new(cloud.Name, null, error.Code, error.Message)]);
        }
        foreach (var job in jobs)
        {
            var of = known.Find(k => k.Job == job);
            var whole = await ReadAsync(cloud.Cloud.Training, job, line =>
            {
                var told = new CloudLogLine(line.Time, cloud.Name, job, line.Text, of?.Project, of?.Model);
                if (Fits(told, question)) lines.Add(told);
            }, patience.Token, ct).ConfigureAwait(false);
            // A job that somebody names lies in one of the clouds, and is not missed in the others.
            if (whole.Error is { } failed && !(failed.Code == ErrorCode.NotFound && of is null)) unread.Add(new(cloud.Name, job, failed.Code, failed.Message));
        }
        return (lines, unread);
    }

    private static async Task<Result<Done>> ReadAsync(ITraining training, string job, Action<RunLogLine> tell, CancellationToken patience, CancellationToken ct)
    {
        string? after = null;
        for (var count = 0; count < MostOfAJob;)
        {
            Result<RunLogPage> read;
            try { read = await Calls.WithinAsync(Patience, c => training.LogAsync(job, after, c), patience).ConfigureAwait(false); }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested) { return new Error(ErrorCode.DeadlineExceeded, $"No answer within {Patience.TotalSeconds:0} s."); }
            if (!read.TryGet(out var page, out var error)) return error;
            foreach (var line in page.Lines) tell(line);
            count += page.Lines.Count;
            if (page.Next is null || page.Next == after || page.Lines.Count == 0) return Done.Value;
            after = page.Next;
        }
        return new Error(ErrorCode.OutOfRange, $"The log is longer than {MostOfAJob} lines; these are the first.");
    }

    private static bool Fits(CloudLogLine line, LogQuestion question) =>
        (question.Since is not { } since || line.Time >= since) && (question.Contains is not { Length: > 0 } text || line.Text.Contains(text, StringComparison.OrdinalIgnoreCase));

    private sealed record KnownJob(string Cloud, string Job, string Project, string Model);
}
