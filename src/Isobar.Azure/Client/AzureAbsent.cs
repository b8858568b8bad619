using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>The capability that is not built over Azure.</summary>
internal sealed class AzureAbsent : IMonitoring
{
    private static readonly Error Absent = new(ErrorCode.Unimplemented, "Monitoring is not offered over Azure yet.");

    public Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default) => Task.FromResult<Result<string>>(Absent);
    public Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) => Task.FromResult<Result<RunState>>(Absent);
    public Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
    public Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default) => Task.FromResult<Result<IReadOnlyList<MonitorRun>>>(Absent);
    public Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
}
