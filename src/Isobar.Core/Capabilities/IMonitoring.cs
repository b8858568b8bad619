using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>A schedule that compares what an endpoint sees with a baseline.</summary>
/// <param name="Name">Unique among the cloud's schedules.</param>
/// <param name="Endpoint">The endpoint, which must capture its traffic.</param>
/// <param name="Baseline">The prefix that holds <c>statistics.json</c> and <c>constraints.json</c>.</param>
/// <param name="Output">The prefix that receives reports.</param>
public sealed record MonitorOrder(string Name, string Endpoint, DataLocation Baseline, DataLocation Output)
{
    /// <summary>Hours between runs, at least 1.</summary>
    public int EveryHours { get; init; } = 1;
    /// <summary>Whether it runs once, at once, instead.</summary>
    public bool Now { get; init; }
}

/// <summary>One run of a schedule.</summary>
/// <param name="Violations">Whether it found any; null while it runs.</param>
public sealed record MonitorRun(string Schedule, RunState State, DateTimeOffset Due, bool? Violations, string? Reason, DataLocation? Report);

/// <summary>Drift of the data that endpoints see.</summary>
public interface IMonitoring
{
    /// <summary>Starts the job that learns a baseline from CSV data with a header, and gives the job's name back.</summary>
    Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default);
    /// <summary>Where a baseline's job stands.</summary>
    Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default);
    /// <summary>Starts a schedule.</summary>
    Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default);
    /// <summary>The runs of a schedule, newest first.</summary>
    Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default);
    /// <summary>Ends a schedule.</summary>
    Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default);
}
