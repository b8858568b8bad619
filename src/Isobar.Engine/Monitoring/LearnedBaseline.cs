using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring.Reports;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring;

/// <summary>
/// What data is like, learned by the client of a cloud that has no job for it. Beside <c>statistics.json</c>, which is to be read, lies
/// <c>constraints.json</c>: what the client gives to the cloud when a schedule is made. A baseline's name is where both lie.
/// </summary>
/// <param name="Files">The files that were read.</param>
public sealed record LearnedBaseline(DatasetStatistics Statistics, IReadOnlyList<DataLocation> Files)
{
    private const string StatisticsFile = "statistics.json", ConstraintsFile = "constraints.json";

    /// <summary>Learns from CSV with a header, one file or all below a prefix. <see cref="ErrorCode.InvalidArgument"/> where there are no rows.</summary>
    public static async Task<Result<LearnedBaseline>> LearnAsync(IObjects objects, DataLocation data, CancellationToken ct)
    {
        if (!(await objects.ListAsync(data, ct).ConfigureAwait(false)).TryGet(out var found, out var error)) return error;
        var (profiler, files) = (new DatasetProfiler(), found.Where(o => !o.Key.EndsWith('/')).Select(o => data with { Key = o.Key }).ToList());
        foreach (var file in files)
        {
            if (!(await objects.GetAsync(file, ct).ConfigureAwait(false)).TryGet(out var content, out error)) return error;
            await using (content)
                foreach (var row in DatasetReader.Read(content, file.Key, DatasetFormat.CsvWithHeader))
                {
                    if (!row.TryGet(out var cells, out error)) return error;
                    profiler.Add(cells);
                }
        }
        return profiler.Rows == 0 ? new Error(ErrorCode.InvalidArgument, $"The data at {data} has no rows.") : new LearnedBaseline(profiler.Build(), files);
    }

    /// <summary>Writes both files, and gives the baseline's name.</summary>
    public async Task<Result<string>> WriteAsync(IObjects objects, DataLocation output, string cloud, JsonObject constraints, CancellationToken ct)
    {
        var profile = new JsonReports(cloud).Write(Statistics, Baseline.Suggest(Statistics), null).First(f => f.Name == StatisticsFile).Content;
        foreach (var (file, content) in new[] { (StatisticsFile, profile), (ConstraintsFile, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(constraints.ToJsonString())) })
            if ((await objects.PutAsync(Below(output, file), new MemoryStream(content.ToArray()), "application/json", ct).ConfigureAwait(false)).Error is { } unwritten) return unwritten;
        return output.ToString();
    }

    /// <summary>Whether a baseline is there: it is complete, or <see cref="ErrorCode.NotFound"/>.</summary>
    public static async Task<Result<RunState>> StateAsync(IObjects objects, string name, CancellationToken ct)
    {
        if (name.Split('/', 2) is not [var bucket, var key]) return Error.NotFound($"The baseline '{name}'");
        var constraints = Below(new(bucket, key), ConstraintsFile);
        return (await objects.ListAsync(constraints, ct).ConfigureAwait(false)).TryGet(out var found, out var error)
            ? found.Any(o => o.Key == constraints.Key) ? RunState.Completed : Error.NotFound($"The baseline '{name}'")
            : error;
    }

    /// <summary>The constraints of a baseline, which must have that member.</summary>
    public static async Task<Result<JsonObject>> ConstraintsAsync(IObjects objects, DataLocation baseline, string member, CancellationToken ct)
    {
        var file = Below(baseline, ConstraintsFile);
        if (!(await objects.GetAsync(file, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return error;
        await using (content)
        {
            try
            {
                if (await JsonNode.ParseAsync(content, cancellationToken: ct).ConfigureAwait(false) is JsonObject constraints && constraints[member] is not null) return constraints;
            }
            catch (System.Text.Json.JsonException) { /* Refused below. */ }
        }
        return Error.Invalid("Baseline", baseline.ToString(), $"There is no {member} in {file}: the baseline is another cloud's.");
    }

    /// <summary>A file in a folder, whose key may end in a slash.</summary>
    public static DataLocation Below(DataLocation folder, string file) => folder with { Key = folder.Key.Length == 0 || folder.Key.EndsWith('/') ? folder.Key + file : $"{folder.Key}/{file}" };
}
