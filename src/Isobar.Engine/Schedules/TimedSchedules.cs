using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Schedules;

/// <summary>Looks at the clock and has done what is due.</summary>
internal sealed class TimedSchedules(IStateStore state, IServiceProvider services, EngineOptions options, TimeProvider time, ILogger<TimedSchedules> logger) : ITimedSchedules, IHostedService
{
    private static readonly Collection<TimedSchedule> Schedules = new("engine.schedules", SchedulesJson.Default.TimedSchedule);
    private readonly CancellationTokenSource _ending = new();
    private Task _loop = Task.CompletedTask;

    public async Task<Result<TimedSchedule>> PutAsync(TimedSpec spec, CancellationToken ct)
    {
        if (Occurrences.Fault(spec) is { } fault) return fault;
        var (now, old) = (time.GetUtcNow(), await FindAsync(spec.Id, ct).ConfigureAwait(false));
        var anchor = spec.Start ?? old?.Anchor ?? now;
        var schedule = new TimedSchedule { Spec = spec, Anchor = anchor, NextDue = Occurrences.Next(spec, anchor, spec.MissedSince ?? now), IsBehind = spec.MissedSince is not null, LastDue = old?.LastDue, LastFault = old?.LastFault };
        return (await state.PutAsync(Schedules, spec.Id, schedule, ct).ConfigureAwait(false)).Value;
    }

    public async Task<TimedSchedule?> FindAsync(string id, CancellationToken ct) => (await state.GetAsync(Schedules, id, ct).ConfigureAwait(false))?.Value;

    public Task DeleteAsync(string id, CancellationToken ct) => state.DeleteAsync(Schedules, id, ct);

    public Task StartAsync(CancellationToken ct)
    {
        _loop = Task.Run(LoopAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken ct)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    /// <summary>Has done what is due. The schedule moves on only then: a kill in between has it done again, which its target takes for the same.</summary>
    internal async Task TickAsync(CancellationToken ct)
    {
        foreach (var document in await state.ListAsync(Schedules, "", ct).ConfigureAwait(false))
        {
            var (spec, now) = (document.Value.Spec, time.GetUtcNow());
            if (document.Value.NextDue is not { } due || due > now) continue;
            var fault = await FireAsync(spec, due, ct).ConfigureAwait(false);
            // One that was changed meanwhile counts by its new settings.
            await state.ChangeAsync<TimedSchedule>(Schedules, document.Id, s => fault?.Code == ErrorCode.ResourceExhausted ? s with { LastFault = fault.Message, IsBehind = true } : Moved(s, due, fault, now), ct).ConfigureAwait(false);
        }
    }

    private static TimedSchedule Moved(TimedSchedule schedule, DateTimeOffset due, Error? fault, DateTimeOffset now)
    {
        // One that was set anew meanwhile has its next turn already.
        var next = schedule.NextDue is { } set && set != due ? set : Occurrences.Next(schedule.Spec, schedule.Anchor, schedule.IsBehind ? due : now);
        return schedule with { LastDue = due, LastFault = fault?.Message, NextDue = next, IsBehind = schedule.IsBehind && next <= now };
    }

    private async Task<Error?> FireAsync(TimedSpec spec, DateTimeOffset due, CancellationToken ct)
    {
        try
        {
            var target = services.GetServices<ITimedTarget>().FirstOrDefault(t => t.Owner == spec.Owner);
            return target is null ? new Error(ErrorCode.Unimplemented, $"Nobody does what the schedules of '{spec.Owner}' are for.") : (await target.FireAsync(spec, due, ct).ConfigureAwait(false)).Error;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "The turn of schedule {Schedule} ended by a fault of ours", spec.Id);
            return new Error(ErrorCode.Internal, e.Message);
        }
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(options.TickInterval, time);
        try
        {
            do
            {
                try { await TickAsync(_ending.Token).ConfigureAwait(false); }
                catch (Exception e) when (e is not OperationCanceledException) { logger.LogError(e, "Schedules could not be looked through"); }
            }
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) { /* The server ends. */ }
    }
}
