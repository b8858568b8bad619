using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>The capabilities that are not built over Azure.</summary>
internal sealed class AzureAbsent : IBatch, IMonitoring, ITuning
{
    private static readonly Error Absent = new(ErrorCode.Unimplemented, "This is not offered over Azure yet.");

    public Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct = default) => Task.FromResult<Result<BatchRun>>(Absent);
    public Task<Result<TuningRun>> StartAsync(TuningOrder order, CancellationToken ct = default) => Task.FromResult<Result<TuningRun>>(Absent);
    Task<Result<BatchRun>> IBatch.GetAsync(string name, CancellationToken ct) => Task.FromResult<Result<BatchRun>>(Absent);
    Task<Result<TuningRun>> ITuning.GetAsync(string name, CancellationToken ct) => Task.FromResult<Result<TuningRun>>(Absent);
    public Task<Result<IReadOnlyList<BatchRun>>> ListAsync(CancellationToken ct = default) => Task.FromResult<Result<IReadOnlyList<BatchRun>>>(Absent);
    public Task<Result<IReadOnlyList<string>>> PredictionsAsync(string name, CancellationToken ct = default) => Task.FromResult<Result<IReadOnlyList<string>>>(Absent);
    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
    public Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default) => Task.FromResult<Result<string>>(Absent);
    public Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) => Task.FromResult<Result<RunState>>(Absent);
    public Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
    public Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default) => Task.FromResult<Result<IReadOnlyList<MonitorRun>>>(Absent);
    public Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default) => Task.FromResult<Result<Done>>(Absent);
}
