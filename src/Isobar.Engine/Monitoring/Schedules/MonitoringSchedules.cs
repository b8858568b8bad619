using System.Collections.Concurrent;
using Cronos;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Metering;
using Isobar.Engine.Monitoring.Comparison;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Monitoring.Schedules;

/// <summary>Makes runs when they are due and does them, one at a time, in the background.</summary>
internal sealed class MonitoringSchedules(MonitoringStore store, MonitoringRun runner, EngineOptions options, TimeProvider time, ILogger<MonitoringSchedules> logger, IMeter? meter = null, ILogStore? logs = null)
    : IMonitoringSchedules, IHostedService
{
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new();
    private readonly SemaphoreSlim _place = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private Task _loop = Task.CompletedTask;

    public async Task<Result<MonitorSchedule>> CreateAsync(MonitorSpec spec, CancellationToken ct)
    {
        if (Fault(spec) is { } fault) return fault;
        var now = time.GetUtcNow();
        var schedule = new MonitorSchedule { Spec = spec, State = ScheduleState.Scheduled, Created = now, Updated = now, NextDue = spec.AtOnce ? now : Next(spec, now) };
        var inserted = await store.InsertAsync(schedule, ct).ConfigureAwait(false);
        if (inserted.IsOk) await TickAsync(ct).ConfigureAwait(false);
        return inserted.Map(d => d.Value);
    }

    public async Task<Result<MonitorSchedule>> UpdateAsync(MonitorSpec spec, CancellationToken ct) =>
        Fault(spec) is { } fault ? fault : await store.ChangeAsync(spec.Id, s => s with { Spec = spec, NextDue = s.State == ScheduleState.Scheduled ? Next(spec, time.GetUtcNow()) : null }, ct).ConfigureAwait(false);

    public async Task<Result<MonitorSchedule>> StartAsync(string id, CancellationToken ct) =>
        await store.ChangeAsync(id, s => s with { State = ScheduleState.Scheduled, NextDue = s.NextDue ?? Next(s.Spec, time.GetUtcNow()) }, ct).ConfigureAwait(false);

    public async Task<Result<MonitorSchedule>> StopAsync(string id, CancellationToken ct)
    {
        var changed = await store.ChangeAsync(id, s => s with { State = ScheduleState.Stopped, NextDue = null }, ct).ConfigureAwait(false);
        if (!changed.IsOk) return changed;
        foreach (var run in await store.ExecutionsAsync(id + "/", ct).ConfigureAwait(false))
        {
            if (run.IsFinal) continue;
            await store.ChangeAsync(run.Id, r => r with { State = ExecutionState.Stopped, Reason = "Stopped with its schedule" }, ct).ConfigureAwait(false);
            if (_running.TryGetValue(run.Id, out var stop)) await stop.CancelAsync().ConfigureAwait(false);
        }
        return changed;
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken ct)
    {
        var found = await store.GetAsync(id, ct).ConfigureAwait(false);
        if (!found.IsOk) return found.Error;
        if ((await store.ExecutionsAsync(id + "/", ct).ConfigureAwait(false)).Any(r => !r.IsFinal)) return new Error(ErrorCode.FailedPrecondition, "A run of the schedule is under way.");
        await store.DeleteAsync(id, ct).ConfigureAwait(false);
        return Done.Value;
    }

    public Task<Result<MonitorSchedule>> GetAsync(string id, CancellationToken ct) => store.GetAsync(id, ct);
    public Task<IReadOnlyList<MonitorSchedule>> ListAsync(string idPrefix, CancellationToken ct) => store.ListAsync(idPrefix, ct);
    public Task<IReadOnlyList<MonitorExecution>> ExecutionsAsync(string prefix, CancellationToken ct) => store.ExecutionsAsync(prefix, ct);
    public Task<Result<IReadOnlyList<FeatureDrift>>> DriftAsync(MonitorExecution run, CancellationToken ct) => runner.DriftAsync(run, ct);
    public Task<IReadOnlyList<MonitorAlarm>> AlarmsAsync(string prefix, CancellationToken ct) => store.AlarmsAsync(prefix, ct);
    public Task<IReadOnlyList<MonitorAlarm>> AlarmHistoryAsync(string prefix, CancellationToken ct) => store.HistoryAsync(prefix, ct);

    public async Task StartAsync(CancellationToken ct)
    {
        // What an earlier server left undone is done again: a run writes the same report to the same place.
        foreach (var run in await store.ExecutionsAsync("", ct).ConfigureAwait(false))
            if (!run.IsFinal) Begin(run);
        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    async Task IHostedService.StopAsync(CancellationToken ct)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([_loop, .. _tasks.Keys]).ConfigureAwait(false);
    }

    /// <summary>Makes the runs that are due. The run is stored before the schedule moves on, under an id of its due time: a kill in between makes no second one.</summary>
    internal async Task TickAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var schedule in await store.ListAsync("", ct).ConfigureAwait(false))
        {
            if (schedule.State != ScheduleState.Scheduled || schedule.NextDue is not { } due || due > now) continue;
            var run = Run(schedule, due);
            var inserted = await store.InsertAsync(run, ct).ConfigureAwait(false);
            // Runs that were missed while the server was down are not caught up with, as the last one covers what matters now.
            await store.ChangeAsync(schedule.Spec.Id, s => s with { NextDue = Recurs(s.Spec) ? Next(s.Spec, now) : null, State = Recurs(s.Spec) ? s.State : ScheduleState.Stopped }, ct).ConfigureAwait(false);
            if (inserted.IsOk) Begin(run);
        }
    }

    private MonitorExecution Run(MonitorSchedule schedule, DateTimeOffset due)
    {
        var (spec, now) = (schedule.Spec, time.GetUtcNow());
        var stamp = MonitoringStore.Stamp(due);
        return new MonitorExecution
        {
            Id = $"{spec.Id}/{stamp}", ScheduleId = spec.Id, Spec = spec, State = ExecutionState.Pending, Due = due, Created = now, Updated = now,
            JobName = $"{(spec.Kind == MonitorKind.DataQuality ? "data" : "model")}-quality-monitoring-{stamp}-{Guid.NewGuid().ToString("n")[..8]}",
            From = due + (spec.StartOffset ?? -(spec.Every ?? (spec.Cron is null ? DefaultWindow : Period(spec.Cron, due)))), To = due + (spec.EndOffset ?? TimeSpan.Zero),
        };
    }

    private void Begin(MonitorExecution run)
    {
        var stop = _running.GetOrAdd(run.Id, _ => CancellationTokenSource.CreateLinkedTokenSource(_ending.Token));
        var task = Task.Run(() => DoAsync(run, stop));
        _tasks[task] = true;
        _ = task.ContinueWith(t =>
        {
            _tasks.TryRemove(t, out _);
            _running.TryRemove(run.Id, out _);
        }, TaskScheduler.Default);
    }

    private async Task DoAsync(MonitorExecution run, CancellationTokenSource stop)
    {
        try
        {
            await _place.WaitAsync(stop.Token).ConfigureAwait(false);
            try { await DoInPlaceAsync(run, stop.Token).ConfigureAwait(false); }
            finally { _place.Release(); }
        }
        catch (OperationCanceledException) { /* Stopped, or left for the next start. */ }
        catch (Exception e)
        {
            logger.LogError(e, "Monitoring run {Run} ended by a fault of the engine", run.Id);
            await store.ChangeAsync(run.Id, r => r with { State = ExecutionState.Failed, Reason = $"InternalServerError: {e.Message}" }, default).ConfigureAwait(false);
        }
    }

    private async Task DoInPlaceAsync(MonitorExecution run, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        await store.ChangeAsync(run.Id, r => r with { State = ExecutionState.InProgress }, ct).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(run.Spec.MaxRunTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        Result<RunOutcome> result;
        try { result = await runner.RunAsync(run, both.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            result = new Error(ErrorCode.DeadlineExceeded, $"The run took longer than {run.Spec.MaxRunTime.TotalSeconds:0} s.");
        }
        if (run.Spec.Instance is { } machine)
            meter?.Post(new Usage(run.Spec.Owner, run.Spec.Region, "processing", machine.Type, "instance-seconds", time.GetElapsedTime(started).TotalSeconds * machine.Count, run.Spec.Name, time.GetUtcNow(), run.Spec.Tags));
        if (result.TryGet(out var outcome, out var error)) await store.SetAlarmsAsync(run, outcome, ct).ConfigureAwait(false);
        if (run.Spec.Log is { } log)
            foreach (var violation in outcome?.Violations ?? []) logs?.Append(log, time.GetUtcNow(), $"{violation.Subject}: {violation.Description}");
        await store.ChangeAsync(run.Id, r => outcome is null
            ? r with { State = ExecutionState.Failed, Reason = error!.Message }
            : r with
            {
                State = outcome.Violations.Count > 0 ? ExecutionState.CompletedWithViolations : ExecutionState.Completed,
                Violations = outcome.Violations.Count, Report = outcome.Report,
                Reason = outcome.Violations.Count > 0 ? $"Job completed with {outcome.Violations.Count} violations." : null,
            }, ct).ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(options.TickInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                try { await TickAsync(_ending.Token).ConfigureAwait(false); }
                catch (Exception e) when (e is not OperationCanceledException) { logger.LogError(e, "Monitoring schedules could not be looked through"); }
            }
        }
        catch (OperationCanceledException) { /* The server ends. */ }
    }

    private static bool Recurs(MonitorSpec spec) => spec.Cron is not null || spec.Every is not null;

    private static Error? Fault(MonitorSpec spec) =>
        spec.Every is { } every && every < TimeSpan.FromMinutes(1) ? Error.Invalid("every", every.ToString(), "Runs are at least a minute apart.")
        : spec.Cron is null || CronExpression.TryParse(spec.Cron, out _) ? null : Error.Invalid("cron", spec.Cron, $"'{spec.Cron}' is not a cron expression of five fields.");

    private static DateTimeOffset? Next(MonitorSpec spec, DateTimeOffset now) => spec.Every is { } every ? now + every : spec.Cron is null ? now : CronExpression.Parse(spec.Cron).GetNextOccurrence(now, TimeZoneInfo.Utc);

    /// <summary>The time since the due time before.</summary>
    private static TimeSpan Period(string cron, DateTimeOffset due)
    {
        var expression = CronExpression.Parse(cron);
        var before = expression.GetOccurrences(due.AddDays(-8), due, TimeZoneInfo.Utc, fromInclusive: true, toInclusive: false).LastOrDefault();
        return before == default ? DefaultWindow : due - before;
    }
}
