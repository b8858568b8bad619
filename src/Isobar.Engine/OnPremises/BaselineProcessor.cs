using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Reports;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Processing;

namespace Isobar.Engine.OnPremises;

/// <summary>Learns a baseline in a child process: statistics of all CSV files of the input, and constraints that they keep.</summary>
public sealed class BaselineProcessor : IBuiltInProcessor
{
    internal const string ProcessorName = "onprem-baseline", Input = "/opt/ml/processing/input", Output = "/opt/ml/processing/output";

    /// <inheritdoc/>
    public string Name => ProcessorName;

    /// <inheritdoc/>
    public async Task<Result<string>> RunAsync(IReadOnlyDictionary<string, string> environment, Func<string, string> localPath, Action<string> log, CancellationToken ct)
    {
        var profiler = new DatasetProfiler();
        var files = Directory.EnumerateFiles(localPath(Input), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        if (DatasetReader.ReadFiles(files, DatasetFormat.CsvWithHeader, row => profiler.Add(row, null), ct) is { } error) return error;
        if (profiler.Rows == 0) return new Error(ErrorCode.InvalidArgument, "The data set has no rows.");
        var statistics = profiler.Build(null);
        Directory.CreateDirectory(localPath(Output));
        foreach (var file in new JsonReports(OnPremisesCloud.Owner).Write(statistics, Baseline.Suggest(statistics), null))
            await File.WriteAllBytesAsync(Path.Combine(localPath(Output), file.Name), file.Content, ct).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{statistics.Rows} rows of {statistics.Features.Count} features");
    }
}
