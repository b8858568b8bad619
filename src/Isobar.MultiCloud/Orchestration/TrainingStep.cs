using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>
/// Takes a model's training one step on: placed, started, watched, brought home as a version. What is intended is written down before it is done,
/// and a job's name says what it is of: whoever goes on after a kill finds the same job.
/// </summary>
internal sealed class TrainingStep(IClouds clouds, Placing placing, Allowances allowances, Deliveries deliveries, Artifacts artifacts, Versions versions, Checkpoints checkpoints, Derived derived, Blocks blocks, BudgetGuard budget, Events events, ControlPlaneOptions options, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unreachable = new();

    /// <summary>One step; the standing unchanged where there is nothing to do.</summary>
    public async Task<(TrainingStanding? Training, string? Fault)> AdvanceAsync(Project project, string model, ModelWish wish, ModelStanding standing, CancellationToken ct)
    {
        var fingerprint = Names.Fingerprint(project.Manifest, wish.Training!);
        var training = standing.Training;
        if (training is null || training.Fingerprint != fingerprint)
        {
            var (waits, why) = await derived.WaitsAsync(project.Manifest, wish.Training!, ct).ConfigureAwait(false);
            if (waits) return (training, why);
        }
        if (training is null || training.Fingerprint != fingerprint)
        {
            var placed = await PlaceAsync(project, model, wish, training, fingerprint, 1, [], ct).ConfigureAwait(false);
            // Nobody waits any more for what the one before would make.
            if (placed.Training != training && training is not null && await StopAsync(training, ct).ConfigureAwait(false) is { } unstopped)
                await events.AddAsync("training", project.Manifest.Name, model, training.Cloud, $"{training.Job} is not wanted any more and could not be stopped: {unstopped.Message}", ct).ConfigureAwait(false);
            return placed;
        }
        if (training.Phase is Phase.Done or Phase.Failed) return (training, null);
        if (clouds.Find(training.Cloud) is not { } cloud) return await MoveAsync(project, model, wish, training, $"There is no cloud {training.Cloud} any more.", ct).ConfigureAwait(false);
        return training.Phase == Phase.Planned
            ? await StartAsync(project, model, wish, training, cloud, ct).ConfigureAwait(false)
            : await WatchAsync(project, model, wish, training, cloud, ct).ConfigureAwait(false);
    }

    /// <summary>Stops what is under way of a training, in every cloud that it was tried in or in one; what cannot be reached is told.</summary>
    public async Task<Error?> StopAsync(TrainingStanding training, CancellationToken ct, string? only = null)
    {
        Error? left = null;
        var tried = (training.Tried ?? []).Select(t => (t.Cloud, t.Job));
        // A search has the name of the job that it was planned as. It may have been started by one that was killed before it wrote so.
        foreach (var (at, job) in training.Phase is Phase.Planned or Phase.Running ? tried.Append((training.Cloud, training.Job)) : tried)
        {
            if (only is not null && at != only || clouds.Find(at) is not { } cloud) continue;
            var run = await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Training.GetAsync(job, c), ct).ConfigureAwait(false);
            if (run is { IsOk: true, Value: { IsFinal: false, State: not RunState.Stopping } }) left = Kept(await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Training.StopAsync(job, c), ct).ConfigureAwait(false)) ?? left;
            else if (run.Error is { Code: not ErrorCode.NotFound } unread) left = unread;
            if (training.Search is null) continue;
            var search = await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Tuning.GetAsync(job, c), ct).ConfigureAwait(false);
            if (search is { IsOk: true, Value: { IsFinal: false, State: not RunState.Stopping } }) left = Kept(await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Tuning.StopAsync(job, c), ct).ConfigureAwait(false)) ?? left;
            else if (search.Error is { Code: not ErrorCode.NotFound } unsearched) left = unsearched;
        }
        return left;

        // It may have ended by itself meanwhile.
        static Error? Kept(Result<Done> stopped) => stopped.Error is { Code: not (ErrorCode.NotFound or ErrorCode.FailedPrecondition or ErrorCode.InvalidArgument) } error ? error : null;
    }

    /// <summary>Drops what was kept for a model's trainings to go on from.</summary>
    public Task ForgetAsync(string project, string model, CancellationToken ct) => checkpoints.ForgetAsync(project, model, ct);

    private async Task<(TrainingStanding? Training, string? Fault)> PlaceAsync(Project project, string model, ModelWish wish, TrainingStanding? before, string fingerprint, int attempt, IReadOnlyList<Tried> tried, CancellationToken ct)
    {
        if (await budget.RefusesAsync(project.Manifest, ct).ConfigureAwait(false) is { } spent) return (before, spent);
        var blocked = await blocks.NowAsync(ct).ConfigureAwait(false);
        // A place where it failed is tried again only when there is no other.
        var now = new Circumstances(await allowances.LeftAsync(project.Manifest, model, ct).ConfigureAwait(false))
        {
            Blocked = [.. blocked.Union(tried.Where(t => t.Machine is null).Select(t => t.Cloud))],
            Machines = await blocks.MachinesAsync(ct).ConfigureAwait(false),
            // A model waits for all that it reads from.
            Trained = ModelGraph.AllBefore(project.Manifest, model),
        };
        var placed = placing.Place(project.Manifest, model, wish, now);
        if (!placed.IsOk && tried.Count > 0) placed = placing.Place(project.Manifest, model, wish, now with { Blocked = blocked });
        if (!placed.TryGet(out var plan, out var refused)) return (before, $"No place to train: {refused.Message}");
        var place = Placing.Training(plan);
        var next = new TrainingStanding(fingerprint, attempt, place.Offer.Cloud, place.Offer.Region, place.Offer.Sku, place.Spot, Names.Job(project.Manifest.Name, model, attempt), Phase.Planned, place.Why, place.Cost, time.GetUtcNow(), Tried: tried);
        await events.AddAsync("training", project.Manifest.Name, model, next.Cloud, $"Training goes to {next.Cloud} {next.Region}: {place.Why}", ct).ConfigureAwait(false);
        return (next, null);
    }

    private async Task<(TrainingStanding?, string?)> StartAsync(Project project, string model, ModelWish wish, TrainingStanding training, CloudEntry cloud, CancellationToken ct)
    {
        var channels = new Dictionary<string, DataLocation>();
        foreach (var (channel, name) in wish.Training!.Data)
        {
            if (!(await derived.ResolveAsync(project.Manifest, project.Manifest.Data![name], ct).ConfigureAwait(false)).TryGet(out var set, out var underived)) return await FailAsync(project, model, wish, training, underived, ct).ConfigureAwait(false);
            if (!(await deliveries.DataAsync(cloud, project.Manifest.Name, name, set, ct).ConfigureAwait(false)).TryGet(out var at, out var error)) return await FailAsync(project, model, wish, training, error, ct).ConfigureAwait(false);
            channels[channel] = at;
        }
        TrainingCode? code = null;
        if (wish.Training.Code is { } own && !(await deliveries.CodeAsync(cloud, project.Manifest.Name, own, ct).ConfigureAwait(false)).TryGet(out code, out var uncoded)) return await FailAsync(project, model, wish, training, uncoded, ct).ConfigureAwait(false);
        var order = new TrainingOrder
        {
            Name = training.Job,
            Algorithm = wish.Training.Algorithm ?? CodeWords.Name,
            Code = code,
            Task = wish.Training.Task ?? "",
            Label = wish.Training.Label,
            Ignore = wish.Training.Ignore ?? [],
            HyperParameters = wish.Training.HyperParameters ?? new Dictionary<string, string>(),
            Channels = channels,
            ContentType = project.Manifest.Data![wish.Training.Data["train"]].ContentType,
            Output = new DataLocation(deliveries.Bucket(project.Manifest.Name), $"jobs/{model}"),
            MaxRunTime = TimeSpan.FromSeconds(wish.Training.MaxRunTime),
            Spot = training.Spot,
            Checkpoints = wish.Training.Checkpoints && wish.Training.Tuning is null,
            InstanceType = training.Sku,
            Seed = wish.Training.Seed,
        };
        if ((await cloud.Cloud.Objects.EnsureBucketAsync(order.Output.Bucket, ct).ConfigureAwait(false)).Error is { } unmade) return await FailAsync(project, model, wish, training, unmade, ct).ConfigureAwait(false);
        if (order.Checkpoints && training.Attempt > 1)
        {
            if (!(await checkpoints.RestoreAsync(cloud, project.Manifest.Name, model, training, ct).ConfigureAwait(false)).TryGet(out var files, out var unsent)) return await FailAsync(project, model, wish, training, unsent, ct).ConfigureAwait(false);
            if (files > 0) await events.AddAsync("training", project.Manifest.Name, model, cloud.Name, $"{training.Job} goes on from the last checkpoint of the attempt before.", ct).ConfigureAwait(false);
        }
        var started = wish.Training.Tuning is { } tuning
            ? (await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Tuning.StartAsync(Search(order, tuning), c), ct).ConfigureAwait(false)).Map(_ => Done.Value)
            : (await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Training.StartAsync(order, c), ct).ConfigureAwait(false)).Map(_ => Done.Value);
        // It was started before a kill.
        if (started.Error is { Code: not ErrorCode.AlreadyExists } refused) return await FailAsync(project, model, wish, training, refused, ct).ConfigureAwait(false);
        return (training with { Phase = Phase.Running, Since = time.GetUtcNow(), Search = wish.Training.Tuning is null ? null : training.Job }, null);
    }

    private async Task<(TrainingStanding?, string?)> WatchAsync(Project project, string model, ModelWish wish, TrainingStanding training, CloudEntry cloud, CancellationToken ct)
    {
        if (!(await Calls.WithinAsync(options.CallTimeout, c => ReadAsync(cloud, training, c), ct).ConfigureAwait(false)).TryGet(out var run, out var error))
        {
            if (Calls.IsUnreachable(error) && time.GetUtcNow() - _unreachable.GetOrAdd(training.Job, time.GetUtcNow()) < Grace) return (training, $"{cloud.Name} does not answer: {error.Message}");
            _unreachable.TryRemove(training.Job, out _);
            return Calls.IsOfThePlace(error) || error.Code == ErrorCode.NotFound ? await MoveAsync(project, model, wish, training, error.Message, ct).ConfigureAwait(false) : (training, error.Message);
        }
        _unreachable.TryRemove(training.Job, out _);
        var metrics = run.Metrics.Where(m => double.IsFinite(m.Value)).ToDictionary();
        if (metrics.Count > 0 && training.Metrics?.OrderBy(m => m.Key, StringComparer.Ordinal).SequenceEqual(metrics.OrderBy(m => m.Key, StringComparer.Ordinal)) != true) training = training with { Metrics = metrics };
        if (wish.Training!.Checkpoints && run.State != RunState.Completed) await checkpoints.MirrorAsync(cloud, project.Manifest.Name, model, training, ct, now: run.IsFinal).ConfigureAwait(false);
        return run.State switch
        {
            RunState.Completed => await BringHomeAsync(project, model, wish, training, cloud, run, ct).ConfigureAwait(false),
            RunState.Failed => await MoveAsync(project, model, wish, training, run.Reason ?? "It failed without a reason.", ct, Loss.Job).ConfigureAwait(false),
            // Nobody here stops jobs: the machine was taken away.
            RunState.Stopped => await MoveAsync(project, model, wish, training, run.Reason ?? "It was stopped before it was done.", ct, Loss.Machine).ConfigureAwait(false),
            _ => (training, null),
        };
    }

    private static async Task<Result<TrainingRun>> ReadAsync(CloudEntry cloud, TrainingStanding training, CancellationToken ct)
    {
        if (training.Search is null) return await cloud.Cloud.Training.GetAsync(training.Job, ct).ConfigureAwait(false);
        if (!(await cloud.Cloud.Tuning.GetAsync(training.Search, ct).ConfigureAwait(false)).TryGet(out var search, out var error)) return error;
        if (search is { State: RunState.Completed, BestJob: { } best }) return await cloud.Cloud.Training.GetAsync(best, ct).ConfigureAwait(false);
        return new TrainingRun { Name = training.Search, State = search.State == RunState.Completed ? RunState.Failed : search.State, Reason = search.Reason ?? (search.State == RunState.Completed ? "No job of the search succeeded." : null) };
    }

    private async Task<(TrainingStanding?, string?)> BringHomeAsync(Project project, string model, ModelWish wish, TrainingStanding training, CloudEntry cloud, TrainingRun run, CancellationToken ct)
    {
        if (run.Model is not { } at) return await MoveAsync(project, model, wish, training, "It completed without a model.", ct, Loss.Job).ConfigureAwait(false);
        if (!(await cloud.Cloud.Objects.GetAsync(at, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return Calls.IsUnreachable(error) ? (training, error.Message) : await MoveAsync(project, model, wish, training, error.Message, ct).ConfigureAwait(false);
        Result<string> stored;
        await using (content.ConfigureAwait(false)) stored = await artifacts.PutAsync(content, ct: ct).ConfigureAwait(false);
        if (!stored.TryGet(out var sha256, out error)) return (training, error.Message);
        var data = wish.Training!.Data.ToDictionary(d => d.Key, d => project.Manifest.Data![d.Value] is var set && set.From is { } from ? $"{d.Value} of {from}: {set.File}" : set.Sha256 is { } digest ? $"{d.Value} sha256:{digest}" : $"{d.Value} {set.Cloud}:{set.Bucket}/{set.Key}");
        var lineage = new Lineage(training.Fingerprint, data, training.Cloud, training.Region, training.Sku, training.Spot, training.Job, project.Revision);
        var metrics = run.Metrics.Where(m => double.IsFinite(m.Value)).ToDictionary();
        var version = await versions.AddAsync(project.Manifest.Name, model, sha256, artifacts.Size(sha256), wish.Training.Algorithm ?? CodeWords.Name, lineage, metrics, wish.Promotion, wish.Evaluation is null, ct).ConfigureAwait(false);
        await ForgetAsync(project.Manifest.Name, model, ct).ConfigureAwait(false);
        await events.AddAsync("training", project.Manifest.Name, model, cloud.Name, $"Version {version.Number} was trained in {cloud.Name}: {version.Stage}.", ct).ConfigureAwait(false);
        return (training with { Phase = Phase.Done, Version = version.Number, Metrics = metrics, Ended = run.Ended ?? time.GetUtcNow(), Reason = null }, null);
    }

    private Task<(TrainingStanding?, string?)> FailAsync(Project project, string model, ModelWish wish, TrainingStanding training, Error error, CancellationToken ct) => Calls.IsOfThePlace(error)
        // There is a place, and it has no such machine left.
        ? MoveAsync(project, model, wish, training, error.Message, ct, error.Code == ErrorCode.ResourceExhausted ? Loss.Machine : Loss.Cloud)
        : Task.FromResult<(TrainingStanding?, string?)>((training with { Phase = Phase.Failed, Reason = error.Faults.Count > 0 ? $"{error.Message} {string.Join(' ', error.Faults.Select(f => f.Message))}" : error.Message, Ended = time.GetUtcNow() }, null));

    /// <summary>What was lost.</summary>
    private enum Loss
    {
        /// <summary>The cloud does not answer, or refuses everything.</summary>
        Cloud,
        /// <summary>The machine was taken away, or there is none.</summary>
        Machine,
        /// <summary>The job failed by itself.</summary>
        Job,
    }

    // A job that fails by itself says nothing against the place; a machine that is taken away nothing against the cloud's other machines.
    private async Task<(TrainingStanding?, string?)> MoveAsync(Project project, string model, ModelWish wish, TrainingStanding training, string reason, CancellationToken ct, Loss loss = Loss.Cloud)
    {
        var tried = (IReadOnlyList<Tried>)[.. training.Tried ?? [], new Tried(training.Cloud, training.Job, time.GetUtcNow(), reason, loss == Loss.Machine ? training.Sku : null)];
        if (loss == Loss.Cloud) await blocks.AddAsync(training.Cloud, reason, ct).ConfigureAwait(false);
        if (loss == Loss.Machine) await blocks.AddMachineAsync(training.Cloud, training.Region, training.Sku, training.Spot, reason, ct).ConfigureAwait(false);
        await events.AddAsync("training", project.Manifest.Name, model, training.Cloud, $"{training.Job} is lost: {reason}", ct).ConfigureAwait(false);
        if (training.Attempt >= wish.Training!.MaxAttempts)
        {
            await ForgetAsync(project.Manifest.Name, model, ct).ConfigureAwait(false);
            return (training with { Phase = Phase.Failed, Reason = $"Given up after {training.Attempt} attempts: {reason}", Tried = tried, Ended = time.GetUtcNow() }, null);
        }
        var (moved, fault) = await PlaceAsync(project, model, wish, training, training.Fingerprint, training.Attempt + 1, tried, ct).ConfigureAwait(false);
        // No place now: it waits as it was, and the next step looks again.
        return fault is null ? (moved, null) : (training with { Phase = Phase.Planned, Tried = training.Tried, Reason = reason }, fault);
    }

    private static TuningOrder Search(TrainingOrder order, TuningWish tuning) => new(
        order, [.. tuning.Ranges.Select(r => new SearchRange(r.Key) { Min = r.Value.Min, Max = r.Value.Max, Whole = r.Value.Whole, Logarithmic = r.Value.Logarithmic, Choices = r.Value.Choices })], tuning.Metric, tuning.Goal == "minimize")
    { Strategy = tuning.Strategy, MaxJobs = tuning.MaxJobs, MaxParallel = tuning.MaxParallel };
}
