using Isobar.MultiCloud.Alerts;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Control;

/// <summary>Delivers alerts as long as the server runs.</summary>
internal sealed class AlertHost(AlertDelivery delivery, TimeProvider time, ILogger<AlertHost> log) : ControlHost(time, log)
{
    protected override Task RunAsync(CancellationToken ct) => delivery.RunAsync(ct);
}
