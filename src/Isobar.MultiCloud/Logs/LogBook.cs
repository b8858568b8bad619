using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Logs;

/// <summary>
/// The logs of every cloud in one question: what training jobs and the models of endpoints print, read from each cloud's own log service, and what the control plane did
/// there. Clouds are asked at the same time; one that does not answer is told, and holds up the others no longer than <see cref="Patience"/>.
/// </summary>
public sealed class LogBook(IClouds clouds, ControlPlane control, Versions versions, Events events)
{
    /// <summary>The longest that a cloud may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const string Control = "control";
    private const int Most = 20, AtOnce = 4, MostOfAJob = 50_000, MostEvents = 1000;

    // 1. which jobs and endpoints; 2. their logs, of all clouds at once; 3. what the control plane did; 4. the newest lines of all, in the order of time.
    /// <summary>Asks all clouds.</summary>
    public async Task<Result<CloudLogs>> AskAsync(LogQuestion question, CancellationToken ct)
    {
        if (question.Limit is < 1 or > LogQuestion.MostLines) return Error.Invalid("limit", $"{question.Limit}", $"limit lies between 1 and {LogQuestion.MostLines}.");
        if (question.Job is not null && question.Endpoint is { } both) return Error.Invalid("endpoint", both, "job and endpoint do not go together.");
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
        if (question is { Job: null, Endpoint: null })
            lines.AddRange((await events.ListAsync(question.Project, MostEvents, ct).ConfigureAwait(false))
                .Where(e => (question.Model is null || e.Model == question.Model) && (question.Cloud is null || e.Cloud == question.Cloud))
                .Select(e => new CloudLogLine(e.At, e.Cloud, LogKind.Control, Control, e.Message, e.Project, e.Model)).Where(l => Fits(l, question)));
        // 4.
        // Lines of the same time stay as their log has them: some clouds tell whole seconds.
        return new CloudLogs([.. lines.OrderBy(l => l.Time).TakeLast(question.Limit)], lines.Count > question.Limit || read.Any(r => r.More), [.. read.SelectMany(r => r.Unread)]);
    }

    // A manifest's: the jobs under way, those that were lost, and those that made the versions; the endpoints that serve it, and that of a version on trial.
    private async Task<List<Source>> KnownAsync(LogQuestion question, CancellationToken ct)
    {
        var known = new List<Source>();
        foreach (var standing in await control.ModelsAsync(question.Project, ct).ConfigureAwait(false))
        {
            Source Job(string cloud, string job) => new(LogKind.Job, cloud, job, standing.Project, standing.Model);
            IEnumerable<ServingStanding> serving = [.. standing.Serving ?? [], .. standing.Trial is { } trial ? [trial.Serving] : Array.Empty<ServingStanding>()];
            known.AddRange(serving.Select(s => new Source(LogKind.Endpoint, s.Cloud, s.Endpoint, standing.Project, standing.Model)));
            if (standing.Training is not { } training) continue;
            known.AddRange((training.Tried ?? []).Select(t => Job(t.Cloud, t.Job)));
            if (training.Phase != Phase.Planned) known.Add(Job(training.Cloud, training.Job));
        }
        foreach (var version in await versions.ListAsync(question.Project, question.Model, ct).ConfigureAwait(false)) known.Add(new(LogKind.Job, version.Lineage.Cloud, version.Lineage.Job, version.Project, version.Model));
        return [.. known.Distinct().Where(k => question.Model is null || k.Model == question.Model)];
    }

    private static async Task<CloudRead> OfCloudAsync(CloudEntry cloud, LogQuestion question, List<Source> known, CancellationToken ct)
    {
        var read = new CloudRead([], []);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var sources = await SourcesAsync(cloud, question, known, read, patience.Token, ct).ConfigureAwait(false);
        using var turns = new SemaphoreSlim(AtOnce);
        // Each log is read on its own, and told in the order of the sources.
        foreach (var one in await Task.WhenAll(sources.Select(s => OfSourceAsync(cloud, s, question, turns, patience.Token, ct))).ConfigureAwait(false)) read.Add(one);
        return read;
    }

    private static async Task<CloudRead> OfSourceAsync(CloudEntry cloud, Source source, LogQuestion question, SemaphoreSlim turns, CancellationToken patience, CancellationToken ct)
    {
        var (read, fresh) = (new CloudRead([], []), new List<RunLogLine>());
        var whole = await WithoutEndAsync(async c =>
        {
            await turns.WaitAsync(c).ConfigureAwait(false);
            try { return source.Kind == LogKind.Job ? await JobAsync(cloud.Cloud.Training, source.Name, fresh.Add, c).ConfigureAwait(false) : await EndpointAsync(cloud.Cloud.Serving, source.Name, question, fresh, c).ConfigureAwait(false); }
            finally { turns.Release(); }
        }, patience, ct).ConfigureAwait(false);
        read.Lines.AddRange(fresh.Select(l => new CloudLogLine(l.Time, cloud.Name, source.Kind, source.Name, l.Text, source.Project, source.Model)).Where(l => Fits(l, question)));
        if (whole.TryGet(out var more, out var failed)) read.More = more;
        // What somebody names lies in one of the clouds, and is not missed in the others; an endpoint that is wanted may not be there yet.
        else if (failed.Code != ErrorCode.NotFound || (source.Kind == LogKind.Job && source.Project is not null)) read.Unread.Add(new(cloud.Name, source.Name, failed.Code, failed.Message));
        return read;
    }

    private static async Task<IReadOnlyList<Source>> SourcesAsync(CloudEntry cloud, LogQuestion question, List<Source> known, CloudRead read, CancellationToken patience, CancellationToken ct)
    {
        if ((question.Job ?? question.Endpoint) is { } name)
        {
            var kind = question.Job is null ? LogKind.Endpoint : LogKind.Job;
            if (known.Find(k => k.Kind == kind && k.Name == name) is { } found) return [found];
            return question.Project is null ? [new(kind, cloud.Name, name)] : [];
        }
        if (question.Project is not null) return known;
        var jobs = await ListedAsync<TrainingRun>(c => cloud.Cloud.Training.ListAsync(c)).ConfigureAwait(false);
        var endpoints = await ListedAsync<DeployedEndpoint>(c => cloud.Cloud.Serving.ListAsync(c)).ConfigureAwait(false);
        return
        [
            .. jobs.Where(r => question.Since is not { } since || r.Ended is not { } ended || ended >= since).Take(Most).Select(r => Known(LogKind.Job, r.Name)),
            .. endpoints.Take(Most).Select(e => Known(LogKind.Endpoint, e.Name)),
        ];

        Source Known(LogKind kind, string name) => known.Find(k => k.Kind == kind && k.Name == name) ?? new(kind, cloud.Name, name);

        async Task<IReadOnlyList<T>> ListedAsync<T>(Func<CancellationToken, Task<Result<IReadOnlyList<T>>>> list)
        {
            if ((await WithoutEndAsync(c => Calls.WithinAsync(Patience, list, c), patience, ct).ConfigureAwait(false)).TryGet(out var all, out var error)) return all;
            if (error.Code != ErrorCode.Unimplemented && read.Unread.Count == 0) read.Unread.Add(new(cloud.Name, null, error.Code, error.Message));
            return [];
        }
    }

    // Patience that ends is a failure of the cloud's; whoever asked may go away.
    private static async Task<Result<T>> WithoutEndAsync<T>(Func<CancellationToken, Task<Result<T>>> read, CancellationToken patience, CancellationToken ct)
    {
        try { return await read(patience).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { return new Error(ErrorCode.DeadlineExceeded, $"No answer within {Patience.TotalSeconds:0} s."); }
    }

    private static async Task<Result<bool>> EndpointAsync(IServing serving, string endpoint, LogQuestion question, List<RunLogLine> lines, CancellationToken patience)
    {
        // What is looked for may stand further back than the newest lines.
        var limit = question.Contains is null ? question.Limit : LogQuestion.MostLines;
        if (!(await Calls.WithinAsync(Patience, c => serving.LogAsync(endpoint, question.Since, limit, c), patience).ConfigureAwait(false)).TryGet(out var log, out var error)) return error;
        lines.AddRange(log.Lines);
        return log.More;
    }

    private static async Task<Result<bool>> JobAsync(ITraining training, string job, Action<RunLogLine> tell, CancellationToken patience)
    {
        string? after = null;
        for (var count = 0; count < MostOfAJob;)
        {
            if (!(await Calls.WithinAsync(Patience, c => training.LogAsync(job, after, c), patience).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
            foreach (var line in page.Lines) tell(line);
            count += page.Lines.Count;
            if (page.Next is null || page.Next == after || page.Lines.Count == 0) return false;
            after = page.Next;
        }
        return new Error(ErrorCode.OutOfRange, $"The log is longer than {MostOfAJob} lines; these are the first.");
    }

    private static bool Fits(CloudLogLine line, LogQuestion question) =>
        (question.Since is not { } since || line.Time >= since) && (question.Contains is not { Length: > 0 } text || line.Text.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>What writes a log, and whose it is.</summary>
    private sealed record Source(LogKind Kind, string Cloud, string Name, string? Project = null, string? Model = null);

    private sealed record CloudRead(List<CloudLogLine> Lines, List<UnreadLog> Unread)
    {
        public bool More { get; set; }

        public void Add(CloudRead other)
        {
            Lines.AddRange(other.Lines);
            Unread.AddRange(other.Unread);
            More |= other.More;
        }
    }
}
