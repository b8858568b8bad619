using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Monitoring;

/// <summary>
/// Has every cloud that serves a model compare what the endpoint is asked with what the model was trained on, by the cloud's own monitoring: a baseline of the training data,
/// a schedule, and its findings brought together. All that it knows is stored: it goes on where a killed one stood.
/// </summary>
public sealed class DriftWatch
{
    private const int KeptRuns = 20;
    /// <summary>How long a cloud may take to learn a baseline or to set up a schedule: some do it within the call.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly IClouds _clouds;
    private readonly IControlStore _store;
    private readonly Deliveries _deliveries;
    private readonly Derived _derived;
    private readonly Artifacts _artifacts;
    private readonly Versions _versions;
    private readonly Events _events;
    private readonly ControlPlaneOptions _options;
    private readonly TimeProvider _time;
    // Models that nothing is watched of: most, so that they are not looked up again and again.
    private readonly ConcurrentDictionary<string, byte> _unwatched = new();

    internal DriftWatch(IClouds clouds, IControlStore store, Deliveries deliveries, Derived derived, Artifacts artifacts, Versions versions, Events events, ControlPlaneOptions options, TimeProvider time) =>
        (_clouds, _store, _deliveries, _derived, _artifacts, _versions, _events, _options, _time) = (clouds, store, deliveries, derived, artifacts, versions, events, options, time);

    /// <summary>What is watched, of one project or of all.</summary>
    public async Task<IReadOnlyList<WatchStanding>> ListAsync(string? project = null, CancellationToken ct = default) =>
        [.. (await _store.ListAsync(WatchKinds.Watches, project is null ? "" : project + "/", ct).ConfigureAwait(false)).Select(w => w.Value)];

    /// <summary>Has what a model was asked of late compared now, in every cloud where it is watched.</summary>
    public async Task<Result<IReadOnlyList<WatchStanding>>> CompareAsync(string project, string model, CancellationToken ct = default)
    {
        var asked = new List<WatchStanding>();
        foreach (var watch in (await ListAsync(project, ct).ConfigureAwait(false)).Where(w => w.Model == model && w.Phase == Phase.Done))
            if ((await _store.ChangeAsync(WatchKinds.Watches, Id(watch), w => w with { Asked = w.Asked + 1 }, ct).ConfigureAwait(false)).TryGet(out var changed, out _)) asked.Add(changed.Value);
        return asked.Count > 0 ? asked : new Error(ErrorCode.FailedPrecondition, $"Nothing that {project}/{model} is asked is watched yet: 'service: {{ monitoring: {{}} }}' in its manifest has it watched once it answers.");
    }

    /// <summary>Where an endpoint's requests are kept; null: the manifest wants none to be.</summary>
    internal static (DataLocation? To, double Percent) Capture(ServiceWish wish, string bucket, string model) => wish.Monitoring is { } watch ? (new DataLocation(bucket, $"captured/{model}"), watch.CapturePercent) : (null, 100);

    /// <summary>Whether there may be something to do for a model: of most, nothing is watched.</summary>
    internal bool Concerns(Project project, string model) => project.Manifest.Models?.GetValueOrDefault(model)?.Service?.Monitoring is not null || !_unwatched.ContainsKey(Names.Standing(project.Manifest.Name, model));

    // 1. What is wanted, and what is watched; 2. what is not wanted any more ends; 3. one step on in each cloud that answers.
    internal async Task AdvanceAsync(Project project, string model, CancellationToken ct)
    {
        // 1.
        var key = Names.Standing(project.Manifest.Name, model);
        var wish = project.Leaving ? null : project.Manifest.Models?.GetValueOrDefault(model);
        var watch = wish?.Service?.Monitoring;
        var known = (await _store.ListAsync(WatchKinds.Watches, key + "/", ct).ConfigureAwait(false)).Select(w => w.Value).ToDictionary(w => w.Cloud);
        if (watch is null && known.Count == 0)
        {
            _unwatched[key] = 0;
            return;
        }
        _unwatched.TryRemove(key, out _);
        // 2.
        await Task.WhenAll(known.Values.Where(w => watch is null || !wish!.Service!.Clouds.Contains(w.Cloud)).Select(w => EndAsync(w, ct))).ConfigureAwait(false);
        if (watch is null) return;
        // 3.
        var serving = (await _store.GetAsync(Kinds.Models, key, ct).ConfigureAwait(false))?.Value.Serving ?? [];
        await Task.WhenAll(serving.Where(s => s.Phase == Phase.Done && wish!.Service!.Clouds.Contains(s.Cloud) && _clouds.Find(s.Cloud) is not null)
            .Select(s => CloudAsync(project.Manifest, model, wish!, watch, s, known.GetValueOrDefault(s.Cloud), ct))).ConfigureAwait(false);
    }

    /// <summary>Ends what is watched of a project in one cloud; false where the cloud does not say that it has ended.</summary>
    internal async Task<bool> ForgetAsync(string project, string cloud, CancellationToken ct)
    {
        var all = (await ListAsync(project, ct).ConfigureAwait(false)).Where(w => w.Cloud == cloud).ToList();
        return !(await Task.WhenAll(all.Select(w => EndAsync(w, ct))).ConfigureAwait(false)).Contains(false);
    }

    private async Task CloudAsync(Manifest manifest, string model, ModelWish wish, WatchWish watch, ServingStanding s, WatchStanding? w, CancellationToken ct)
    {
        var (now, cloud) = (_time.GetUtcNow(), _clouds.Find(s.Cloud)!);
        if (w is null || w.Version != s.Version || w.Mended != s.Mended || w.EveryHours != watch.EveryHours)
        {
            if (w is not null && !await EndAsync(w, ct).ConfigureAwait(false)) return;
            w = new WatchStanding(manifest.Name, model, s.Cloud, s.Endpoint, s.Version, s.Mended, Phase.Planned, (w?.Attempt ?? 0) + 1, watch.EveryHours, default);
            await SaveAsync(w, ct).ConfigureAwait(false);
        }
        var next = w.Phase switch
        {
            Phase.Planned when now - w.Checked >= _options.MonitorEvery => await BaselineAsync(manifest, model, wish, w, cloud, ct).ConfigureAwait(false),
            Phase.Running => await ScheduleAsync(w, cloud, ct).ConfigureAwait(false),
            Phase.Done when now - w.Checked >= (w.Once is null && w.Asked == w.Compared ? _options.MonitorEvery : _options.MonitorEvery / 60) => await LookAsync(w, cloud, ct).ConfigureAwait(false),
            // What a cloud refused is not asked for again and again; what it could not do now may be done later.
            Phase.Failed when now - w.Checked >= _options.BlockFor * 10 => w with { Phase = Phase.Planned, Attempt = w.Attempt + 1, Baseline = null, Schedule = null },
            _ => w,
        };
        if (next != w) await SaveAsync(next, ct).ConfigureAwait(false);
    }

    // The training data as requests hold them go to the cloud, which learns what they are like.
    private async Task<WatchStanding> BaselineAsync(Manifest manifest, string model, ModelWish wish, WatchStanding w, CloudEntry cloud, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        if (!(await OpenAsync(manifest, model, wish.Training!, w.Version, ct).ConfigureAwait(false)).TryGet(out var table, out var error)) return Waits(w, error);
        var path = Path.GetTempFileName();
        var rows = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        await using (rows.ConfigureAwait(false))
        {
            await using (table.ConfigureAwait(false))
                if ((await BaselineRows.WriteAsync(table, wish.Training!, rows, ct).ConfigureAwait(false)).Error is { } unfit) return w with { Phase = Phase.Failed, Reason = unfit.Message, Checked = now };
            rows.Position = 0;
            var at = new DataLocation(_deliveries.Bucket(manifest.Name), $"{Folder(w)}/data/features.csv");
            if ((await Calls.WithinAsync(Patience, c => cloud.Cloud.Objects.PutAsync(at, rows, "text/csv", c), ct).ConfigureAwait(false)).Error is { } unstored) return Waits(w, unstored);
            var started = await Calls.WithinAsync(Patience, c => cloud.Cloud.Monitoring.StartBaselineAsync(Name(w), at, Baseline(w), c), ct).ConfigureAwait(false);
            if (started.TryGet(out var job, out error)) return w with { Phase = Phase.Running, Baseline = job, Checked = now, Reason = null };
            // It was begun, and whoever began it was killed before that was written down.
            return error.Code == ErrorCode.AlreadyExists ? w with { Attempt = w.Attempt + 1, Checked = default } : Waits(w, error);
        }
    }

    private async Task<WatchStanding> ScheduleAsync(WatchStanding w, CloudEntry cloud, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        if (!(await Calls.WithinAsync(_options.CallTimeout, c => cloud.Cloud.Monitoring.GetBaselineAsync(w.Baseline!, c), ct).ConfigureAwait(false)).TryGet(out var state, out var error)) return Calls.IsOfThePlace(error) ? w with { Reason = error.Message, Checked = now } : Failed(w, error.Message);
        if (state is RunState.InProgress or RunState.Stopping) return w;
        if (state != RunState.Completed) return Failed(w, $"The baseline's job {w.Baseline} ended as {state}.");
        var order = new MonitorOrder(Name(w), w.Endpoint, Baseline(w), Reports(w)) { EveryHours = w.EveryHours };
        var scheduled = await Calls.WithinAsync(Patience, c => cloud.Cloud.Monitoring.ScheduleAsync(order, c), ct).ConfigureAwait(false);
        if (scheduled.Error is { Code: not ErrorCode.AlreadyExists } refused) return Calls.IsOfThePlace(refused) ? w with { Reason = refused.Message, Checked = now } : Failed(w, refused.Message);
        await _events.AddAsync("data-drift", w.Project, w.Model, w.Cloud, $"What {w.Endpoint} is asked in {w.Cloud} is compared with the training data of version {w.Version} every {(w.EveryHours == 1 ? "hour" : $"{w.EveryHours} hours")}.", ct).ConfigureAwait(false);
        return w with { Phase = Phase.Done, Schedule = order.Name, Checked = default, Reason = null };
    }

    // 1. a comparison that was asked for is begun; 2. what was found since; 3. that one ends; 4. who is to know is told.
    private async Task<WatchStanding> LookAsync(WatchStanding w, CloudEntry cloud, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        // 1.
        if (w.Once is null && w.Asked > w.Compared)
        {
            var once = $"{Name(w)}-n{w.Asked}";
            var begun = await Calls.WithinAsync(Patience, c => cloud.Cloud.Monitoring.ScheduleAsync(new MonitorOrder(once, w.Endpoint, Baseline(w), Reports(w)) { Now = true }, c), ct).ConfigureAwait(false);
            w = begun.Error is { Code: not ErrorCode.AlreadyExists } refused ? w with { Compared = w.Asked, Reason = $"A comparison now: {refused.Message}" } : w with { Compared = w.Asked, Once = once };
            await SaveAsync(w, ct).ConfigureAwait(false);
        }
        // 2.
        if (!(await RunsAsync(cloud, w.Schedule!, ct).ConfigureAwait(false)).TryGet(out var found, out var error))
            return error.Code == ErrorCode.NotFound ? w with { Phase = Phase.Planned, Attempt = w.Attempt + 1, Baseline = null, Schedule = null, Checked = default, Reason = "Its schedule is gone." } : w with { Reason = error.Message, Checked = now };
        // 3.
        var next = w with { Checked = now, Reason = null };
        if (w.Once is { } under)
        {
            var asked = await RunsAsync(cloud, under, ct).ConfigureAwait(false);
            if (asked.IsOk) found = [.. found, .. asked.Value];
            if (asked.Error is { Code: ErrorCode.NotFound } || asked is { IsOk: true, Value: [{ State: not (RunState.InProgress or RunState.Stopping) }, ..] } && await DeleteAsync(cloud, under, ct).ConfigureAwait(false) is null) next = next with { Once = null };
        }
        next = await MergeAsync(next, found, cloud, ct).ConfigureAwait(false);
        // 4.
        if (next.Last is not { } last || (last.Drifted, Text(last)) == (w.Last?.Drifted ?? false, w.Last is { } before ? Text(before) : "")) return next;
        // Written down before it is told: whoever hears of it and asks reads it.
        await SaveAsync(next, ct).ConfigureAwait(false);
        await _events.AddAsync("data-drift", w.Project, w.Model, w.Cloud, last.Drifted == true
            ? $"What {w.Endpoint} is asked in {w.Cloud} differs from the training data of version {w.Version}{(last.Columns is { } columns ? $": {string.Join(", ", columns)}" : "")}."
            : $"What {w.Endpoint} is asked in {w.Cloud} is like the training data again.", ct).ConfigureAwait(false);
        return next;
    }

    // A run that is over is not read again; those of a comparison that was asked for stay when it has gone.
    private async Task<WatchStanding> MergeAsync(WatchStanding w, IReadOnlyList<MonitorRun> found, CloudEntry cloud, CancellationToken ct)
    {
        var known = (w.Runs ?? []).ToDictionary(r => r.Due);
        foreach (var run in found.Where(r => !known.TryGetValue(r.Due, out var same) || same.State != r.State.ToString() || same.Drifted != r.Violations))
        {
            var columns = run.Violations == true ? await Calls.WithinAsync<IReadOnlyList<string>>(_options.CallTimeout, async c => Result<IReadOnlyList<string>>.Ok(await DriftReport.ColumnsAsync(cloud.Cloud.Objects, run.Report ?? Reports(w), c).ConfigureAwait(false)), ct).ConfigureAwait(false) : default;
            known[run.Due] = new WatchRun(run.Due, run.State.ToString(), run.Violations, columns is { IsOk: true, Value.Count: > 0 } ? columns.Value : null, run.Reason);
        }
        IReadOnlyList<WatchRun> runs = [.. known.Values.OrderByDescending(r => r.Due).Take(KeptRuns)];
        return runs.SequenceEqual(w.Runs ?? []) ? w : w with { Runs = runs };
    }

    private Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(CloudEntry cloud, string schedule, CancellationToken ct) => Calls.WithinAsync(_options.CallTimeout, c => cloud.Cloud.Monitoring.RunsAsync(schedule, c), ct);

    private async Task<bool> EndAsync(WatchStanding w, CancellationToken ct)
    {
        if (_clouds.Find(w.Cloud) is { } cloud && w.Phase is Phase.Running or Phase.Done)
        {
            // Where it was killed between the schedule and its record, there is one by that name too.
            var error = await DeleteAsync(cloud, w.Schedule ?? Name(w), ct).ConfigureAwait(false) ?? (w.Once is { } once ? await DeleteAsync(cloud, once, ct).ConfigureAwait(false) : null);
            if (error is not null)
            {
                await SaveAsync(w with { Reason = $"It is to end: {error.Message}" }, ct).ConfigureAwait(false);
                return false;
            }
        }
        await _store.DeleteAsync(WatchKinds.Watches, Id(w), ct).ConfigureAwait(false);
        return true;
    }

    private async Task<Error?> DeleteAsync(CloudEntry cloud, string schedule, CancellationToken ct) =>
        (await Calls.WithinAsync(_options.CallTimeout, c => cloud.Cloud.Monitoring.DeleteAsync(schedule, c), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.NotFound } error ? error : null;

    // Somebody may ask for a comparison meanwhile.
    private async Task SaveAsync(WatchStanding w, CancellationToken ct)
    {
        if ((await _store.ChangeAsync(WatchKinds.Watches, Id(w), old => w with { Asked = Math.Max(w.Asked, old.Asked) }, ct).ConfigureAwait(false)).Error is { Code: ErrorCode.NotFound }) await _store.PutAsync(WatchKinds.Watches, Id(w), w, ct).ConfigureAwait(false);
    }

    // The data of the version that answers, which may be of an earlier manifest.
    private async Task<Result<Stream>> OpenAsync(Manifest manifest, string model, TrainingWish training, int number, CancellationToken ct)
    {
        if (!(await _versions.GetAsync(manifest.Name, model, number, ct).ConfigureAwait(false)).TryGet(out var version, out var error)) return error;
        const string digest = " sha256:";
        if (version.Lineage.Data.GetValueOrDefault("train") is { } told && told.LastIndexOf(digest, StringComparison.Ordinal) is >= 0 and var at && await _artifacts.OpenAsync(told[(at + digest.Length)..], ct).ConfigureAwait(false) is { IsOk: true } kept) return kept;
        var set = manifest.Data![training.Data["train"]];
        if (set.Cloud is null) return await _derived.OpenAsync(manifest, set, ct).ConfigureAwait(false);
        if (_clouds.Find(set.Cloud) is not { } from) return Error.NotFound($"The cloud {set.Cloud}");
        return await Calls.WithinAsync(Patience, async c =>
        {
            if (!(await from.Cloud.Objects.ListAsync(new DataLocation(set.Bucket!, set.Key!), c).ConfigureAwait(false)).TryGet(out var objects, out var unlisted)) return unlisted;
            return objects.Count == 0 ? Error.NotFound($"Data at {set.Bucket}/{set.Key} in {from.Name}") : await from.Cloud.Objects.GetAsync(new DataLocation(set.Bucket!, objects[0].Key), c).ConfigureAwait(false);
        }, ct).ConfigureAwait(false);
    }

    private WatchStanding Waits(WatchStanding w, Error because) => Calls.IsOfThePlace(because) || because.Code == ErrorCode.FailedPrecondition ? w with { Reason = because.Message, Checked = _time.GetUtcNow() } : Failed(w, because.Message);

    private WatchStanding Failed(WatchStanding w, string because) => w with { Phase = Phase.Failed, Reason = because, Checked = _time.GetUtcNow() };

    private static string Text(WatchRun run) => string.Join(',', run.Columns ?? []);

    private static string Id(WatchStanding w) => $"{Names.Standing(w.Project, w.Model)}/{w.Cloud}";

    private static string Name(WatchStanding w) => $"{w.Project}-{w.Model}-{Names.Variant(w.Version)}-{w.Attempt}";

    private static string Folder(WatchStanding w) => $"monitoring/{w.Model}/{Names.Variant(w.Version)}-{w.Attempt}";

    private DataLocation Baseline(WatchStanding w) => new(_deliveries.Bucket(w.Project), $"{Folder(w)}/baseline");

    private DataLocation Reports(WatchStanding w) => new(_deliveries.Bucket(w.Project), $"{Folder(w)}/reports");
}
