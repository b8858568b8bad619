using System.Globalization;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Logs of command jobs: a blob of the workspace, which grows while the job runs.</summary>
internal sealed class AzureJobLogs(AzureWorkspace workspace, AzureObjects objects)
{
    private string? _container;

    /// <summary>Reads what came after a byte of the log, in whole lines until the job has ended.</summary>
    public async Task<Result<RunLogPage>> ReadAsync(string job, bool ended, string? after, CancellationToken ct)
    {
        if (_container is null)
        {
            if (!(await workspace.GetAsync("datastores/workspaceartifactstore", ct).ConfigureAwait(false)).TryGet(out var store, out var missing)) return missing;
            _container = store["properties"]?["containerName"]?.GetValue<string>();
            if (_container is null) return new Error(ErrorCode.FailedPrecondition, "The workspace's artifact store names no container.");
        }
        _ = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var offset);
        var read = await objects.ReadFromAsync(new DataLocation(_container, $"ExperimentRun/dcid.{job}/user_logs/std_log.txt"), offset, ct).ConfigureAwait(false);
        if (!read.TryGet(out var found, out var error)) return error.Code is ErrorCode.NotFound or ErrorCode.OutOfRange ? new RunLogPage([], after) : error;
        var text = ended ? found.Text : found.Text[..(found.Text.LastIndexOf('\n') + 1)];
        if (text.Length == 0) return new RunLogPage([], after);
        offset += System.Text.Encoding.UTF8.GetByteCount(text);
        return new RunLogPage([.. text.TrimEnd('\n').Split('\n').Select(l => new RunLogLine(found.Written, l))], offset.ToString(CultureInfo.InvariantCulture));
    }
}
