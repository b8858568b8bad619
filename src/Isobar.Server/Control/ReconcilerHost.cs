using Isobar.MultiCloud.Orchestration;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Control;

/// <summary>Runs the reconciler as long as the server runs.</summary>
internal sealed class ReconcilerHost(Reconciler reconciler, TimeProvider time, ILogger<ReconcilerHost> log) : ControlHost(time, log)
{
    protected override Task RunAsync(CancellationToken ct) => reconciler.RunAsync(ct);
}
