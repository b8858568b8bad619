using Isobar.Core.Results;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Training;

namespace Isobar.Engine.Monitoring;

/// <summary>Whether a schedule goes on.</summary>
public enum ScheduleState
{
    /// <summary>Runs when it is due.</summary>
    Scheduled,
    /// <summary>Waits to be started again (or, run once, is done).</summary>
    Stopped,
}

/// <summary>Where a run stands.</summary>
public enum ExecutionState
{
    /// <summary>Due, waiting for a place.</summary>
    Pending,
    /// <summary>Reads and compares.</summary>
    InProgress,
    /// <summary>Nothing was violated.</summary>
    Completed,
    /// <summary>Something was violated; the report says what.</summary>
    CompletedWithViolations,
    /// <summary>Could not be done; the reason says why.</summary>
    Failed,
    /// <summary>Was stopped.</summary>
    Stopped,
}

/// <summary>A schedule with its life so far.</summary>
public sealed record MonitorSchedule
{
    /// <summary>What was asked for.</summary>
    public required MonitorSpec Spec { get; init; }
    /// <summary>Whether it goes on.</summary>
    public required ScheduleState State { get; init; }
    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When it last changed.</summary>
    public required DateTimeOffset Updated { get; init; }
    /// <summary>When it runs next; null: not again.</summary>
    public DateTimeOffset? NextDue { get; init; }
}

/// <summary>One run of a schedule.</summary>
public sealed record MonitorExecution
{
    /// <summary>Unique: the schedule's id, a slash and the due time.</summary>
    public required string Id { get; init; }
    /// <summary>The schedule's id.</summary>
    public required string ScheduleId { get; init; }
    /// <summary>A name for the job that did it, unique within the cloud.</summary>
    public required string JobName { get; init; }
    /// <summary>What was asked for when it became due.</summary>
    public required MonitorSpec Spec { get; init; }
    /// <summary>Where it stands.</summary>
    public required ExecutionState State { get; init; }
    /// <summary>When it was due.</summary>
    public required DateTimeOffset Due { get; init; }
    /// <summary>The analysed time.</summary>
    public required DateTimeOffset From { get; init; }
    /// <summary>The end of the analysed time.</summary>
    public required DateTimeOffset To { get; init; }
    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When it last changed.</summary>
    public required DateTimeOffset Updated { get; init; }
    /// <summary>Why it failed, or what it says of violations.</summary>
    public string? Reason { get; init; }
    /// <summary>Violations found; null before it is final.</summary>
    public int? Violations { get; init; }
    /// <summary>The prefix that holds its report.</summary>
    public ObjectLocation? Report { get; init; }
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is not (ExecutionState.Pending or ExecutionState.InProgress);
}

/// <summary>Whether a feature (or a quality metric) of a schedule is as the baseline wants it.</summary>
/// <param name="Subject">The feature or the metric.</param>
/// <param name="Raised">Whether its last run violated a constraint.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Reason">What was violated, or what put it right.</param>
public sealed record MonitorAlarm(string ScheduleId, string Subject, bool Raised, DateTimeOffset Since, string Reason);

/// <summary>
/// Schedules that compare what models see and answer with a baseline. Runs are durable: one that was under way when the server was killed
/// is done again at the next start.
/// </summary>
public interface IMonitoringSchedules
{
    /// <summary>Makes a schedule; durable when this returns. <see cref="ErrorCode.AlreadyExists"/>; <see cref="ErrorCode.InvalidArgument"/> for a bad cron expression.</summary>
    Task<Result<MonitorSchedule>> CreateAsync(MonitorSpec spec, CancellationToken ct = default);
    /// <summary>Replaces what a schedule does from its next run on.</summary>
    Task<Result<MonitorSchedule>> UpdateAsync(MonitorSpec spec, CancellationToken ct = default);
    /// <summary>Lets a stopped schedule go on.</summary>
    Task<Result<MonitorSchedule>> StartAsync(string id, CancellationToken ct = default);
    /// <summary>Stops a schedule and a run of it that is under way.</summary>
    Task<Result<MonitorSchedule>> StopAsync(string id, CancellationToken ct = default);
    /// <summary>Drops a schedule with its runs; <see cref="ErrorCode.FailedPrecondition"/> while one is under way.</summary>
    Task<Result<Done>> DeleteAsync(string id, CancellationToken ct = default);
    /// <summary>Reads a schedule.</summary>
    Task<Result<MonitorSchedule>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>All schedules whose id starts so.</summary>
    Task<IReadOnlyList<MonitorSchedule>> ListAsync(string idPrefix = "", CancellationToken ct = default);
    /// <summary>The runs of all schedules whose id starts so, oldest first.</summary>
    Task<IReadOnlyList<MonitorExecution>> ExecutionsAsync(string scheduleIdPrefix = "", CancellationToken ct = default);
    /// <summary>How far each feature had moved in a finished run of <see cref="MonitorKind.DataQuality"/>; <see cref="ErrorCode.NotFound"/> where it left no report.</summary>
    Task<Result<IReadOnlyList<FeatureDrift>>> DriftAsync(MonitorExecution run, CancellationToken ct = default);
    /// <summary>The present state of what a schedule watches, one entry a subject that was ever violated.</summary>
    Task<IReadOnlyList<MonitorAlarm>> AlarmsAsync(string scheduleIdPrefix = "", CancellationToken ct = default);
    /// <summary>Every change of an alarm, oldest first.</summary>
    Task<IReadOnlyList<MonitorAlarm>> AlarmHistoryAsync(string scheduleIdPrefix = "", CancellationToken ct = default);
}
