using Isobar.Core.Results;

namespace Isobar.Engine.Schedules;

/// <summary>Does what a dialect's schedules are for. Registered by the dialect, found by <see cref="Owner"/>.</summary>
public interface ITimedTarget
{
    /// <summary>The cloud, as in <see cref="TimedSpec.Owner"/>.</summary>
    string Owner { get; }
    /// <summary>
    /// Does what is due. Must be idempotent for the same due time: after a kill it may be asked again. <see cref="ErrorCode.ResourceExhausted"/> has the turn wait, and those
    /// that fall due meanwhile behind it.
    /// </summary>
    Task<Result<Done>> FireAsync(TimedSpec spec, DateTimeOffset due, CancellationToken ct);
}

/// <summary>Schedules by the clock, durable. Turns missed while the server was down are made up for once, not each, unless they are asked for or waited.</summary>
public interface ITimedSchedules
{
    /// <summary>Makes or replaces a schedule; <see cref="ErrorCode.InvalidArgument"/> for a bad cron expression, interval or zone.</summary>
    Task<Result<TimedSchedule>> PutAsync(TimedSpec spec, CancellationToken ct = default);
    /// <summary>Reads a schedule, or null.</summary>
    Task<TimedSchedule?> FindAsync(string id, CancellationToken ct = default);
    /// <summary>Drops a schedule.</summary>
    Task DeleteAsync(string id, CancellationToken ct = default);
}
