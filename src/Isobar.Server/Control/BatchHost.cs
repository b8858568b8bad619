using Isobar.MultiCloud.Batches;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Control;

/// <summary>Works on batches as long as the server runs.</summary>
internal sealed class BatchHost(BatchBook batches, TimeProvider time, ILogger<BatchHost> log) : ControlHost(time, log)
{
    protected override Task RunAsync(CancellationToken ct) => batches.RunAsync(ct);
}
