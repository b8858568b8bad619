using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.State;

namespace Isobar.Engine.Monitoring.Schedules;

/// <summary>The durable side of monitoring.</summary>
internal sealed class MonitoringStore(IStateStore state, TimeProvider time)
{
    private static readonly Collection<MonitorSchedule> Schedules = new("monitoring.schedules", MonitoringJson.Default.MonitorSchedule);
    private static readonly Collection<MonitorExecution> Executions = new("monitoring.executions", MonitoringJson.Default.MonitorExecution);
    private static readonly Collection<MonitorAlarm> Alarms = new("monitoring.alarms", MonitoringJson.Default.MonitorAlarm);
    private static readonly Collection<MonitorAlarm> History = new("monitoring.alarm-history", MonitoringJson.Default.MonitorAlarm);

    public Task<Result<Document<MonitorSchedule>>> InsertAsync(MonitorSchedule schedule, CancellationToken ct) => state.InsertAsync(Schedules, schedule.Spec.Id, schedule, ct);

    public async Task<Result<MonitorSchedule>> GetAsync(string id, CancellationToken ct) =>
        await state.GetAsync(Schedules, id, ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"The monitoring schedule {id}");

    public async Task<Result<MonitorSchedule>> ChangeAsync(string id, Func<MonitorSchedule, MonitorSchedule> change, CancellationToken ct) =>
        (await state.ChangeAsync<MonitorSchedule>(Schedules, id, s => change(s) with { Updated = time.GetUtcNow() }, ct).ConfigureAwait(false)).Map(d => d.Value);

    public async Task<IReadOnlyList<MonitorSchedule>> ListAsync(string prefix, CancellationToken ct) => Values(await state.ListAsync(Schedules, prefix, ct).ConfigureAwait(false));

    public async Task<IReadOnlyList<MonitorExecution>> ExecutionsAsync(string prefix, CancellationToken ct) => Values(await state.ListAsync(Executions, prefix, ct).ConfigureAwait(false));

    public Task<Result<Document<MonitorExecution>>> InsertAsync(MonitorExecution run, CancellationToken ct) => state.InsertAsync(Executions, run.Id, run, ct);

    public async Task<Result<MonitorExecution>> ChangeAsync(string id, Func<MonitorExecution, MonitorExecution> change, CancellationToken ct) =>
        (await state.ChangeAsync<MonitorExecution>(Executions, id, r => r.IsFinal ? r : change(r) with { Updated = time.GetUtcNow() }, ct).ConfigureAwait(false)).Map(d => d.Value);

    public async Task<IReadOnlyList<MonitorAlarm>> AlarmsAsync(string prefix, CancellationToken ct) => Values(await state.ListAsync(Alarms, prefix, ct).ConfigureAwait(false));

    public async Task<IReadOnlyList<MonitorAlarm>> HistoryAsync(string prefix, CancellationToken ct) => Values(await state.ListAsync(History, prefix, ct).ConfigureAwait(false));

    /// <summary>Raises the alarms of what is violated and clears those of what is well again.</summary>
    public async Task SetAlarmsAsync(MonitorExecution run, RunOutcome outcome, CancellationToken ct)
    {
        var old = (await AlarmsAsync(run.ScheduleId + "/", ct).ConfigureAwait(false)).ToDictionary(a => a.Subject);
        var bad = outcome.Violations.GroupBy(v => v.Subject).ToDictionary(g => g.Key, g => string.Join(" ", g.Select(v => v.Description)));
        foreach (var subject in outcome.Subjects.Union(bad.Keys).Union(old.Keys))
        {
            var raised = bad.TryGetValue(subject, out var reason);
            if (old.TryGetValue(subject, out var known) ? known.Raised == raised : !raised) continue;
            var alarm = new MonitorAlarm(run.ScheduleId, subject, raised, time.GetUtcNow(), reason ?? "The last run found no violation.");
            await state.PutAsync(Alarms, $"{run.ScheduleId}/{subject}", alarm, ct).ConfigureAwait(false);
            await state.PutAsync(History, $"{run.ScheduleId}/{Stamp(alarm.Since)}/{subject}", alarm, ct).ConfigureAwait(false);
        }
    }

    public async Task DeleteAsync(string id, CancellationToken ct)
    {
        await DropAsync(Executions, id, ct).ConfigureAwait(false);
        await DropAsync(Alarms, id, ct).ConfigureAwait(false);
        await DropAsync(History, id, ct).ConfigureAwait(false);
        await state.DeleteAsync(Schedules, id, ct).ConfigureAwait(false);
    }

    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    private async Task DropAsync<T>(Collection<T> collection, string id, CancellationToken ct) where T : class
    {
        foreach (var document in await state.ListAsync(collection, id + "/", ct).ConfigureAwait(false)) await state.DeleteAsync(collection, document.Id, ct).ConfigureAwait(false);
    }

    private static IReadOnlyList<T> Values<T>(IReadOnlyList<Document<T>> documents) where T : class => [.. documents.Select(d => d.Value)];
}
