using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Engine.OnPremises;

/// <summary>This machine has no form of its own for baselines and reports yet; the engine's monitoring is reached through the clouds' dialects.</summary>
internal sealed class OnPremisesMonitoring : IMonitoring
{
    private static readonly Error Absent = new(ErrorCode.Unimplemented, "Monitoring is not offered on premises yet; the AWS dialect of this machine has it.");

    public Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default) => Task.FromResult<Result<string>>(Absent);
    public Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) => Task.FromResult<Result<RunState>>(Absent);
    public Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
    public Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default) => Task.FromResult<Result<IReadOnlyList<MonitorRun>>>(Absent);
    public Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
}
