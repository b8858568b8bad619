using Isobar.MultiCloud.Alerts;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Control;

/// <summary>Watches objectives as long as the server runs.</summary>
internal sealed class ObjectiveHost(ObjectiveWatch watch, TimeProvider time, ILogger<ObjectiveHost> log) : ControlHost(time, log)
{
    protected override Task RunAsync(CancellationToken ct) => watch.RunAsync(ct);
}
