using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Control;

/// <summary>Runs a part of the control plane as long as the server runs. One that fails, as when the database is away for longer than anybody waits, is begun again: a server must not end for it.</summary>
internal abstract partial class ControlHost(TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected abstract Task RunAsync(CancellationToken ct);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try { await RunAsync(stoppingToken).ConfigureAwait(false); }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { /* The server ends. */ }
            catch (Exception e)
            {
                LogFault(log, GetType().Name, e);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{Part} failed and is begun again.")]
    private static partial void LogFault(ILogger logger, string part, Exception e);
}
