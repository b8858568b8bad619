using System.Globalization;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Schedules;
using Isobar.Engine.Objects;
using Isobar.Engine.Processing;
using Isobar.Engine.Serving;

namespace Isobar.Engine.OnPremises;

/// <summary>Monitoring of this machine: baselines are processing jobs, schedules the engine's own.</summary>
internal sealed class OnPremisesMonitoring(IProcessingJobs jobs, IMonitoringSchedules schedules, IEndpoints endpoints) : IMonitoring
{
    public async Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default) => (await jobs.SubmitAsync(new ProcessingSpec
    {
        Id = OnPremisesCloud.Id(name),
        Owner = OnPremisesCloud.Owner,
        Name = name,
        Region = "local",
        BuiltIn = BaselineProcessor.ProcessorName,
        Inputs = [new ProcessingInput("data", OnPremisesCloud.At(data), BaselineProcessor.Input)],
        Outputs = [new ProcessingOutput("baseline", BaselineProcessor.Output, OnPremisesCloud.At(output))],
        Log = new LogStreamName(OnPremisesCloud.Owner, "baselines", name),
    }, ct).ConfigureAwait(false)).Map(j => j.Spec.Name);

    public async Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) => (await jobs.GetAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(j => OnPremisesCloud.State(j.State));

    public async Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default)
    {
        if (order.EveryHours is < 1 or > 24) return Error.Invalid("EveryHours", order.EveryHours.ToString(CultureInfo.InvariantCulture), "EveryHours lies between 1 and 24.");
        if ((await endpoints.GetAsync(OnPremisesCloud.Id(order.Endpoint), ct).ConfigureAwait(false)).Error is { } missing) return missing;
        return (await schedules.CreateAsync(new MonitorSpec
        {
            Id = OnPremisesCloud.Id(order.Name),
            Owner = OnPremisesCloud.Owner,
            Name = order.Name,
            Region = "local",
            EndpointId = OnPremisesCloud.Id(order.Endpoint),
            EndpointName = order.Endpoint,
            Cron = order.Now ? null : order.EveryHours == 1 ? "0 * * * *" : string.Create(CultureInfo.InvariantCulture, $"0 */{order.EveryHours} * * *"),
            Constraints = OnPremisesCloud.Below(order.Baseline, "constraints.json"),
            Statistics = OnPremisesCloud.Below(order.Baseline, "statistics.json"),
            Output = OnPremisesCloud.At(order.Output),
        }, ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default)
    {
        var id = OnPremisesCloud.Id(schedule);
        var runs = (await schedules.ExecutionsAsync(id, ct).ConfigureAwait(false)).Where(e => e.ScheduleId == id).OrderByDescending(e => e.Due);
        return Result<IReadOnlyList<MonitorRun>>.Ok([.. runs.Select(e => new MonitorRun(
            schedule, State(e.State), e.Due, e.IsFinal && e.Violations is { } count ? count > 0 : null, e.Reason, e.Report is { } at ? OnPremisesCloud.From(at) : null))]);
    }

    public async Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default)
    {
        var id = OnPremisesCloud.Id(schedule);
        // A run that is under way would stand in the way.
        if ((await schedules.StopAsync(id, ct).ConfigureAwait(false)).Error is { Code: ErrorCode.NotFound } missing) return missing;
        return await schedules.DeleteAsync(id, ct).ConfigureAwait(false);
    }

    private static RunState State(ExecutionState state) => state switch
    {
        ExecutionState.Completed or ExecutionState.CompletedWithViolations => RunState.Completed,
        ExecutionState.Failed => RunState.Failed,
        ExecutionState.Stopped => RunState.Stopped,
        _ => RunState.InProgress,
    };
}
