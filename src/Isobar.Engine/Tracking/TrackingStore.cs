using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Engine.Tracking;

/// <summary>Experiments and runs as documents, their metrics in a database of their own.</summary>
internal sealed class TrackingStore(IStateStore state, EngineOptions options, TimeProvider time) : ITrackingStore, IAsyncDisposable
{
    private static readonly Collection<Experiment> Experiments = new("tracking.experiments", TrackingJson.Default.Experiment);
    private static readonly Collection<TrackedRun> Runs = new("tracking.runs", TrackingJson.Default.TrackedRun);

    private readonly SqliteDatabase _database = new(Path.Combine(options.DataDirectory, "tracking.db"), "Tracking.Migrations.tracking");
    private readonly NameLocks _names = new();

    public async Task<Result<Experiment>> CreateAsync(Experiment experiment, CancellationToken ct)
    {
        using var held = await _names.EnterAsync(experiment.Scope, ct).ConfigureAwait(false);
        if (await TakenAsync(experiment.Scope, experiment.Name, null, ct).ConfigureAwait(false) is { } taken) return taken;
        return (await state.InsertAsync(Experiments, Key(experiment.Scope, experiment.Id), experiment, ct).ConfigureAwait(false)).Map(d => d.Value);
    }

    public async Task<Experiment?> FindExperimentAsync(string scope, string id, CancellationToken ct) => (await state.GetAsync(Experiments, Key(scope, id), ct).ConfigureAwait(false))?.Value;

    public async Task<IReadOnlyList<Experiment>> ExperimentsAsync(string scope, CancellationToken ct) => [.. (await state.ListAsync(Experiments, Key(scope, ""), ct).ConfigureAwait(false)).Select(d => d.Value)];

    public async Task<Result<Experiment>> ChangeAsync(string scope, string id, Func<Experiment, Experiment> change, CancellationToken ct)
    {
        using var held = await _names.EnterAsync(scope, ct).ConfigureAwait(false);
        if (await FindExperimentAsync(scope, id, ct).ConfigureAwait(false) is not { } old) return Error.NotFound($"The experiment {id}");
        if (change(old).Name is var name && name != old.Name && await TakenAsync(scope, name, id, ct).ConfigureAwait(false) is { } taken) return taken;
        return (await state.ChangeAsync<Experiment>(Experiments, Key(scope, id), e => change(e) with { Updated = time.GetUtcNow() }, ct).ConfigureAwait(false)).Map(d => d.Value);
    }

    public async Task<Result<TrackedRun>> CreateAsync(TrackedRun run, CancellationToken ct) => (await state.InsertAsync(Runs, Key(run.Scope, run.Id), run, ct).ConfigureAwait(false)).Map(d => d.Value);

    public async Task<TrackedRun?> FindRunAsync(string scope, string id, CancellationToken ct) => (await state.GetAsync(Runs, Key(scope, id), ct).ConfigureAwait(false))?.Value;

    public async Task<IReadOnlyList<TrackedRun>> RunsAsync(string scope, CancellationToken ct) => [.. (await state.ListAsync(Runs, Key(scope, ""), ct).ConfigureAwait(false)).Select(d => d.Value)];

    public async Task<Result<TrackedRun>> ChangeRunAsync(string scope, string id, Func<TrackedRun, Result<TrackedRun>> change, CancellationToken ct) =>
        (await state.ChangeAsync(Runs, Key(scope, id), change, ct).ConfigureAwait(false)).Map(d => d.Value);

    public async Task ForgetRunAsync(string scope, string id, CancellationToken ct)
    {
        await state.DeleteAsync(Runs, Key(scope, id), ct).ConfigureAwait(false);
        await _database.WriteAsync(c => MetricTable.Forget(c, scope, id), ct).ConfigureAwait(false);
    }

    public Task ForgetMetricAsync(string scope, string run, string metric, CancellationToken ct) => _database.WriteAsync(c => MetricTable.Forget(c, scope, run, metric), ct);

    public async Task ForgetAsync(string scope, CancellationToken ct)
    {
        foreach (var run in await RunsAsync(scope, ct).ConfigureAwait(false)) await state.DeleteAsync(Runs, Key(scope, run.Id), ct).ConfigureAwait(false);
        foreach (var experiment in await ExperimentsAsync(scope, ct).ConfigureAwait(false)) await state.DeleteAsync(Experiments, Key(scope, experiment.Id), ct).ConfigureAwait(false);
        await _database.WriteAsync(c => MetricTable.Forget(c, scope, null), ct).ConfigureAwait(false);
    }

    public Task LogAsync(string scope, string run, IReadOnlyList<TrackedMetric> metrics, CancellationToken ct) =>
        metrics.Count == 0 ? Task.CompletedTask : _database.WriteAsync(c => MetricTable.Add(c, scope, run, metrics), ct);

    public Task<IReadOnlyList<TrackedMetric>> HistoryAsync(string scope, string run, string metric, CancellationToken ct)
    {
        using var c = _database.OpenRead();
        return Task.FromResult(MetricTable.History(c, scope, run, metric));
    }

    public Task<ILookup<string, TrackedMetric>> LatestAsync(string scope, string? run, CancellationToken ct)
    {
        using var c = _database.OpenRead();
        return Task.FromResult(MetricTable.Latest(c, scope, run));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<Error?> TakenAsync(string scope, string name, string? except, CancellationToken ct) =>
        (await ExperimentsAsync(scope, ct).ConfigureAwait(false)).FirstOrDefault(e => e.Name == name && e.Id != except) is { } other
            ? new Error(ErrorCode.AlreadyExists, $"The experiment '{name}' exists already{(other.IsDeleted ? ", and is deleted: restore it, or choose another name" : "")}.")
            : null;

    // A scope holds slashes of its own; none holds a line's end.
    private static string Key(string scope, string id) => $"{scope}\n{id}";
}
