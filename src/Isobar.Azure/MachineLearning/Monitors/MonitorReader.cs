using System.Text.Json;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>Reads the rows of a signal's data: what deployments have collected, other JSON lines, and CSV with a header.</summary>
internal sealed class MonitorReader(DataUris uris, IObjectStore objects, DataCollector collector)
{
    public async Task<Result<DatasetStatistics>> ReadAsync(MlWorkspace workspace, MonitorData data, DateTimeOffset due, CancellationToken ct)
    {
        await collector.FlushAsync().ConfigureAwait(false);
        var place = await uris.FileOrFolderAsync(workspace, data.Uri, "uri", ct).ConfigureAwait(false);
        var (from, to) = data.Window(due);
        var profiler = new DatasetProfiler();
        if (!(await FilesAsync(place, ct).ConfigureAwait(false)).TryGet(out var keys, out var error)) return error;
        foreach (var key in keys)
        {
            if (!(await objects.OpenAsync(place.Bucket, key, ct: ct).ConfigureAwait(false)).TryGet(out var open, out error)) return error;
            await using (open)
                if ((key.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? await LinesAsync(open.Content, key, from, to, profiler, ct).ConfigureAwait(false) : Table(open.Content, key, profiler, ct)) is { } fault) return fault;
        }
        return profiler.Rows > 0 ? profiler.Build() : new Error(ErrorCode.FailedPrecondition, $"There are no rows at {data.Uri}{(data.Size is null ? "" : $" between {from:u} and {to:u}")}.");
    }

    private async Task<Result<List<string>>> FilesAsync(ObjectLocation place, CancellationToken ct)
    {
        if (!place.Key.EndsWith('/')) return new List<string> { place.Key };
        var found = new List<string>();
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(place.Bucket, new ObjectQuery(place.Key, Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error)) return error;
            found.AddRange(page.Objects.Select(o => o.Key).Where(k => !k.EndsWith('/')));
            if ((next = page.Next) is null) return found;
        }
    }

    private static async Task<Error?> LinesAsync(Stream content, string key, DateTimeOffset from, DateTimeOffset to, DatasetProfiler profiler, CancellationToken ct)
    {
        using var reader = new StreamReader(content);
        for (var number = 1; await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("specversion", out _) || !root.TryGetProperty("data", out var data))
                {
                    profiler.Add(DatasetReader.Json(root));
                    continue;
                }
                // A collected event counts by its own time.
                if (root.TryGetProperty("time", out var time) && time.TryGetDateTimeOffset(out var at) && (at < from || at >= to)) continue;
                foreach (var row in data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().ToList() : [data]) profiler.Add(DatasetReader.Json(row));
            }
            catch (JsonException e)
            {
                return new Error(ErrorCode.InvalidArgument, $"{key}: line {number} is not JSON: {e.Message}");
            }
        }
        return null;
    }

    private static Error? Table(Stream content, string key, DatasetProfiler profiler, CancellationToken ct)
    {
        foreach (var row in DatasetReader.Read(content, key, DatasetFormat.CsvWithHeader))
        {
            ct.ThrowIfCancellationRequested();
            if (!row.TryGet(out var value, out var error)) return error;
            profiler.Add(value);
        }
        return null;
    }
}
