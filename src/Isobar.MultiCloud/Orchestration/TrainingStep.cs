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
        if (training is null || training.Fingerprint != fingerprint) return await PlaceAsync(project, model, wish, training, fingerprint, 1, [], ct).ConfigureAwait(false);
        if (training.Phase is Phase.Done or Phase.Failed) return (training, null);
        if (clouds.Find(training.Cloud) is not { } cloud) return await MoveAsync(project, model, wish, training, $"There is no cloud {training.Cloud} any more.", ct).ConfigureAwait(false);
        return training.Phase == Phase.Planned
            ? await StartAsync(project, model, wish, training, cloud, ct).ConfigureAwait(false)
            : await WatchAsync(project, model, wish, training, cloud, ct).ConfigureAwait(false);
    }

    private async Task<(TrainingStanding?, string?)> PlaceAsync(Project project, string model, ModelWish wish, TrainingStanding? before, string fingerprint, int attempt, IReadOnlyList<Tried> tried, CancellationToken ct)
    {
        if (await budget.RefusesAsync(project.Manifest, ct).ConfigureAwait(false) is { } spent) return (before, spent);
        var blocked = await blocks.NowAsync(ct).ConfigureAwait(false);
        // A place where it failed is tried again only when there is no other.
        var quotas = await allowances.LeftAsync(project.Manifest, model, ct).ConfigureAwait(false);
        var placed = placing.Place(project.Manifest, model, wish, [.. blocked.Union(tried.Select(t => t.Cloud))], quotas);
        if (!placed.IsOk && tried.Count > 0) placed = placing.Place(project.Manifest, model, wish, blocked, quotas);
        if (!placed.TryGet(out var plan, out var refused)) return (before, $"No place to train: {refused.Message}");
        var place = Placing.Training(plan);
        var next = new TrainingStanding(fingerprint, attempt, place.Offer.Cloud, place.Offer.Region, place.Offer.Sku, place.Spot, Names.Job(project.Manifest.Name, model, fingerprint, attempt), Phase.Planned, place.Why, place.Cost, time.GetUtcNow(), Tried: tried);
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
            RunState.Failed => await MoveAsync(project, model, wish, training, run.Reason ?? "It failed without a reason.", ct, ofTheJob: true).ConfigureAwait(false),
            // Nobody here stops jobs: the machine was taken away.
            RunState.Stopped => await MoveAsync(project, model, wish, training, run.Reason ?? "It was stopped before it was done.", ct).ConfigureAwait(false),
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
        if (run.Model is not { } at) return await MoveAsync(project, model, wish, training, "It completed without a model.", ct, ofTheJob: true).ConfigureAwait(false);
        if (!(await cloud.Cloud.Objects.GetAsync(at, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return Calls.IsUnreachable(error) ? (training, error.Message) : await MoveAsync(project, model, wish, training, error.Message, ct).ConfigureAwait(false);
        Result<string> stored;
        await using (content.ConfigureAwait(false)) stored = await artifacts.PutAsync(content, ct: ct).ConfigureAwait(false);
        if (!stored.TryGet(out var sha256, out error)) return (training, error.Message);
        var data = wish.Training!.Data.ToDictionary(d => d.Key, d => project.Manifest.Data![d.Value] is var set && set.From is { } from ? $"{d.Value} of {from}: {set.File}" : set.Sha256 is { } digest ? $"{d.Value} sha256:{digest}" : $"{d.Value} {set.Cloud}:{set.Bucket}/{set.Key}");
        var lineage = new Lineage(training.Fingerprint, data, training.Cloud, training.Region, training.Sku, training.Spot, training.Job, project.Revision);
        var metrics = run.Metrics.Where(m => double.IsFinite(m.Value)).ToDictionary();
        var version = await versions.AddAsync(project.Manifest.Name, model, sha256, artifacts.Size(sha256), wish.Training.Algorithm ?? CodeWords.Name, lineage, metrics, wish.Promotion, ct).ConfigureAwait(false);
        checkpoints.Forget(project.Manifest.Name, model);
        await events.AddAsync("training", project.Manifest.Name, model, cloud.Name, $"Version {version.Number} was trained in {cloud.Name}: {version.Stage}.", ct).ConfigureAwait(false);
        return (training with { Phase = Phase.Done, Version = version.Number, Metrics = metrics, Ended = run.Ended ?? time.GetUtcNow(), Reason = null }, null);
    }

    private Task<(TrainingStanding?, string?)> FailAsync(Project project, string model, ModelWish wish, TrainingStanding training, Error error, CancellationToken ct) => Calls.IsOfThePlace(error)
        ? MoveAsync(project, model, wish, training, error.Message, ct)
        : Task.FromResult<(TrainingStanding?, string?)>((training with { Phase = Phase.Failed, Reason = error.Faults.Count > 0 ? $"{error.Message} {string.Join(' ', error.Faults.Select(f => f.Message))}" : error.Message, Ended = time.GetUtcNow() }, null));

    // A job that fails by itself says nothing against the cloud; a cloud that does not answer, or takes machines away, is left alone for a while.
    private async Task<(TrainingStanding?, string?)> MoveAsync(Project project, string model, ModelWish wish, TrainingStanding training, string reason, CancellationToken ct, bool ofTheJob = false)
    {
        var tried = (IReadOnlyList<Tried>)[.. training.Tried ?? [], new Tried(training.Cloud, training.Job, time.GetUtcNow(), reason)];
        if (!ofTheJob) await blocks.AddAsync(training.Cloud, reason, ct).ConfigureAwait(false);
        await events.AddAsync("training", project.Manifest.Name, model, training.Cloud, $"{training.Job} is lost: {reason}", ct).ConfigureAwait(false);
        if (training.Attempt >= wish.Training!.MaxAttempts) return (training with { Phase = Phase.Failed, Reason = $"Given up after {training.Attempt} attempts: {reason}", Tried = tried, Ended = time.GetUtcNow() }, null);
        var (moved, fault) = await PlaceAsync(project, model, wish, training, training.Fingerprint, training.Attempt + 1, tried, ct).ConfigureAwait(false);
        // No place now: it waits as it was, and the next step looks again.
        return fault is null ? (moved, null) : (training with { Phase = Phase.Planned, Tried = training.Tried, Reason = reason }, fault);
    }

    private static TuningOrder Search(TrainingOrder order, TuningWish tuning) => new(
        order, [.. tuning.Ranges.Select(r => new SearchRange(r.Key) { Min = r.Value.Min, Max = r.Value.Max, Whole = r.Value.Whole, Logarithmic = r.Value.Logarithmic, Choices = r.Value.Choices })], tuning.Metric, tuning.Goal == "minimize")
    { Strategy = tuning.Strategy, MaxJobs = tuning.MaxJobs, MaxParallel = tuning.MaxParallel };
}
