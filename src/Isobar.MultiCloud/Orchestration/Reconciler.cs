using System.Collections.Concurrent;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.Logging;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Makes what is so what was wanted, and keeps it so. All that it knows is stored: it goes on where a killed one stood.</summary>
public sealed partial class Reconciler
{
    private const int MostAtOnce = 16;
    private readonly IClouds _clouds;
    private readonly IControlStore _store;
    private readonly TrainingStep _training;
    private readonly ServingStep _serving;
    private readonly Trials _trials;
    private readonly DriftWatch _drift;
    private readonly Evaluations _evaluations;
    private readonly BudgetGuard _budget;
    private readonly Removal _removal;
    private readonly Publication _publication;
    private readonly Versions _versions;
    private readonly Events _events;
    private readonly ControlPlaneOptions _options;
    private readonly IProjectTurns? _turns;
    private readonly TimeProvider _time;
    private readonly ILogger<Reconciler> _log;
    private readonly Steps _steps;
    private readonly SemaphoreSlim _wake = new(0, 1);
    /// <summary>The models that this process has looked at.</summary>
    private readonly ConcurrentDictionary<string, byte> _seen = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _budgeted = new();
    private CancellationToken? _life;

    internal Reconciler(IClouds clouds, IControlStore store, TrainingStep training, ServingStep serving, Trials trials, DriftWatch drift, Evaluations evaluations, BudgetGuard budget, Removal removal, Publication publication, Versions versions, Events events, ControlPlaneOptions options, TimeProvider time, ILogger<Reconciler> log, IProjectTurns? turns = null) =>
        (_clouds, _store, _training, _serving, _trials, _drift, _evaluations, _budget, _removal, _publication, _versions, _events, _options, _time, _log, _turns, _steps) = (clouds, store, training, serving, trials, drift, evaluations, budget, removal, publication, versions, events, options, time, log, turns, new Steps((name, e) => LogFault(log, name, e), MostAtOnce));

    /// <summary>Looks at once, not at the next tick.</summary>
    public void Wake()
    {
        try { _wake.Release(); }
        catch (SemaphoreFullException) { /* It is awake already. */ }
    }

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        _life = ct;
        await _clouds.Ready.WaitAsync(ct).ConfigureAwait(false);
        while (!ct.IsCancellationRequested)
        {
            try { await LookAsync(ct).ConfigureAwait(false); }
            catch (Exception e) when (e is not OperationCanceledException) { LogFault(_log, "all projects", e); }
            using var tick = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(Task.Delay(_options.Tick, _time, tick.Token), _wake.WaitAsync(tick.Token)).ConfigureAwait(false);
            await tick.CancelAsync().ConfigureAwait(false);
        }
        await _steps.EndedAsync().ConfigureAwait(false);
    }

    /// <summary>Begins what there is to do for one project; what is under way already is left alone.</summary>
    public async Task LookAtAsync(string project)
    {
        // A turn may come before the server has begun its work, or when it is ending.
        if (_life is not { IsCancellationRequested: false } ct || await _store.GetAsync(Kinds.Projects, project, ct).ConfigureAwait(false) is not { } found) return;
        await LookAtAsync(found, ct).ConfigureAwait(false);
    }

    private async Task LookAsync(CancellationToken ct)
    {
        foreach (var project in await _store.ListAsync(Kinds.Projects, "", ct).ConfigureAwait(false))
            // A silo that does not answer must not hold up the projects of the others.
            if (_turns is not null) _steps.Begin($"turn of {project.Id}", c => _turns.LookAsync(project.Id, c), ct);
            else await LookAtAsync(project, ct).ConfigureAwait(false);
    }

    private async Task LookAtAsync(Stored<Project> project, CancellationToken ct)
    {
        if (project.Value.Leaving)
        {
            // Its models come to rest first: nothing is put up while everything is taken down.
            if (!_steps.UnderWay.Any(k => k.StartsWith(project.Id + "/", StringComparison.Ordinal))) _steps.Begin(project.Id, c => _removal.AdvanceAsync(project.Value, c), ct);
            return;
        }
        // What only serves spends as well, and begins nothing at which a budget would be looked at.
        if (project.Value.Manifest.Budget is not null && (!_budgeted.TryGetValue(project.Id, out var looked) || _time.GetUtcNow() - looked >= _options.MonitorEvery))
        {
            _budgeted[project.Id] = _time.GetUtcNow();
            _steps.Begin($"{project.Id}/ budget", c => _budget.RefusesAsync(project.Value.Manifest, c), ct);
        }
        foreach (var name in (project.Value.Manifest.Models?.Keys ?? []).Union((await _store.ListAsync(Kinds.Models, project.Id + "/", ct).ConfigureAwait(false)).Select(m => m.Value.Model)))
        {
            _steps.Begin(Names.Standing(project.Id, name), c => ModelAsync(project.Value, name, c), ct);
            // What is watched holds up no deployment.
            if (_drift.Concerns(project.Value, name)) _steps.Begin(Names.Standing(project.Id, name) + "/watch", c => _drift.AdvanceAsync(project.Value, name, c), ct);
        }
    }

    // 1. the training; 2. what it made is evaluated, and promoted; 3. the service, a trial beside it, and the gateway's table of both; 4. a model that nobody wants any more is forgotten.
    private async Task ModelAsync(Project project, string name, CancellationToken ct)
    {
        var key = Names.Standing(project.Manifest.Name, name);
        var wish = project.Manifest.Models?.GetValueOrDefault(name);
        var before = (await _store.GetAsync(Kinds.Models, key, ct).ConfigureAwait(false))?.Value ?? (await _store.PutAsync(Kinds.Models, key, new ModelStanding(project.Manifest.Name, name), ct).ConfigureAwait(false)).Value;
        // 1.
        if (wish is not null)
        {
            var (training, fault) = await _training.AdvanceAsync(project, name, wish, before, ct).ConfigureAwait(false);
            if (training != before.Training || fault != before.Fault)
            {
                if (fault is not null && fault != before.Fault) await _events.AddAsync("training", project.Manifest.Name, name, null, fault, ct).ConfigureAwait(false);
                await ChangeAsync(s => s with { Training = training, Fault = fault }).ConfigureAwait(false);
            }
            // 2.
            if (training is { Phase: Phase.Done, Version: { } version } && version != before.Decided)
            {
                var made = await _versions.GetAsync(project.Manifest.Name, name, version, ct).ConfigureAwait(false);
                if (made is { IsOk: true, Value.Stage: Stage.Evaluating }) await _evaluations.AdvanceAsync(project, name, wish, made.Value, ct).ConfigureAwait(false);
                else if (await DecideAsync(project, name, wish, before, made, ct).ConfigureAwait(false)) await ChangeAsync(s => s with { Decided = version }).ConfigureAwait(false);
            }
        }
        // 3.
        var standing = (await _store.GetAsync(Kinds.Models, key, ct).ConfigureAwait(false))!.Value;
        // Once: later on it would meet promotions that are under way, not such as were cut off.
        if (_seen.TryAdd(key, default)) await _versions.SettleAsync(project.Manifest.Name, name, ct).ConfigureAwait(false);
        var serving = await _serving.AdvanceAsync(project, name, wish, standing, ct).ConfigureAwait(false);
        var trial = await _trials.AdvanceAsync(project, name, wish, standing with { Serving = serving }, ct).ConfigureAwait(false);
        // The gateway first: what is said to be settled answers at its one address.
        await _publication.UpdateAsync(project.Manifest.Name, name, wish?.Service, serving, trial, ct).ConfigureAwait(false);
        if (!serving.SequenceEqual(standing.Serving ?? []) || trial != standing.Trial)
            // A cloud that this turn did not wait for may have written down meanwhile what it found.
            await ChangeAsync(s => s with
            {
                Serving = [.. serving.Select(n => standing.Serving?.Contains(n) == true ? s.Serving?.FirstOrDefault(o => o.Cloud == n.Cloud) ?? n : n)],
                Trial = trial == standing.Trial ? s.Trial : trial,
            }).ConfigureAwait(false);
        // 4.
        if (wish is null && serving.Count == 0 && trial is null && !(await _drift.ListAsync(project.Manifest.Name, ct).ConfigureAwait(false)).Any(w => w.Model == name))
        {
            if (before.Training is { } under && await _training.StopAsync(under, ct).ConfigureAwait(false) is { } unstopped)
                await _events.AddAsync("training", project.Manifest.Name, name, under.Cloud, $"{under.Job} is not wanted any more and could not be stopped: {unstopped.Message}", ct).ConfigureAwait(false);
            await _training.ForgetAsync(project.Manifest.Name, name, ct).ConfigureAwait(false);
            await _store.DeleteAsync(Kinds.Models, key, ct).ConfigureAwait(false);
        }

        Task ChangeAsync(Func<ModelStanding, ModelStanding> change) => _store.ChangeAsync(Kinds.Models, key, s => change(s), ct);
    }

    // Whether nothing more is to be decided of a version: it is served, was refused, or waits for a person. One on trial waits for what the trial shows.
    private async Task<bool> DecideAsync(Project project, string name, ModelWish wish, ModelStanding standing, Result<ModelVersion> made, CancellationToken ct)
    {
        if (made is not { IsOk: true, Value: { Stage: Stage.Candidate, Number: var version } } || wish.Promotion?.Automatic == false) return true;
        if (wish.Service?.Canary is not null && standing.Production is { } served && served != version && standing.Serving is { Count: > 0 }) return false;
        return (await _versions.PromoteAsync(project.Manifest.Name, name, version, "isobar", ct: ct).ConfigureAwait(false)).IsOk;
    }

    [LoggerMessage(LogLevel.Error, "The control plane failed at {What}.")]
    private static partial void LogFault(ILogger logger, string what, Exception e);
}
