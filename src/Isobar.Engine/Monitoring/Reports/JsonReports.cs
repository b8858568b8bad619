using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Isobar.Core.Results;
using Isobar.Engine.Metrics;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring.Reports;

/// <summary>Baselines and reports of clouds that publish no form of them: the engine's own records in JSON, in <c>statistics.json</c>, <c>constraints.json</c> and <c>violations.json</c>.</summary>
/// <param name="owner">The cloud.</param>
public sealed class JsonReports(string owner) : IMonitoringFormat
{
    /// <inheritdoc/>
    public string Owner => owner;

    /// <inheritdoc/>
    public Result<DataConstraints> ReadConstraints(ReadOnlyMemory<byte> json) => Read(json, "constraints.json", ReportsJson.Default.DataConstraints);

    /// <inheritdoc/>
    public Result<DatasetStatistics> ReadStatistics(ReadOnlyMemory<byte> json) => Read(json, "statistics.json", ReportsJson.Default.StoredStatistics).Map(s => s.Restore());

    /// <inheritdoc/>
    public Result<IReadOnlyList<QualityConstraint>> ReadQualityConstraints(ReadOnlyMemory<byte> json) => Read(json, "constraints.json", ReportsJson.Default.IReadOnlyListQualityConstraint);

    /// <inheritdoc/>
    public IReadOnlyList<ReportFile> Write(DatasetStatistics statistics, DataConstraints constraints, IReadOnlyList<Violation>? violations) =>
        Files(File("statistics.json", StoredStatistics.Of(statistics), ReportsJson.Default.StoredStatistics), File("constraints.json", constraints, ReportsJson.Default.DataConstraints), violations);

    /// <inheritdoc/>
    public IReadOnlyList<ReportFile> Write(QualityReport quality, IReadOnlyList<QualityConstraint> constraints, IReadOnlyList<Violation>? violations) =>
        Files(File("statistics.json", quality, ReportsJson.Default.QualityReport), File("constraints.json", constraints, ReportsJson.Default.IReadOnlyListQualityConstraint), violations);

    /// <inheritdoc/>
    public MetricId Metric(MonitorSpec spec, string name) => MetricId.Of(Owner, "monitoring", name, new KeyValuePair<string, string>("schedule", spec.Name));

    private static List<ReportFile> Files(ReportFile statistics, ReportFile constraints, IReadOnlyList<Violation>? violations)
    {
        var files = new List<ReportFile> { statistics, constraints };
        if (violations is not null) files.Add(File("violations.json", new StoredViolations(violations), ReportsJson.Default.StoredViolations));
        return files;
    }

    private static ReportFile File<T>(string name, T content, JsonTypeInfo<T> type) => new(name, JsonSerializer.SerializeToUtf8Bytes(content, type));

    private static Result<T> Read<T>(ReadOnlyMemory<byte> json, string name, JsonTypeInfo<T> type)
    {
        try { return JsonSerializer.Deserialize(json.Span, type) is { } read ? Result<T>.Ok(read) : new Error(ErrorCode.InvalidArgument, $"{name} is empty."); }
        catch (JsonException e) { return new Error(ErrorCode.InvalidArgument, $"{name} is not as a baseline writes it: {e.Message}"); }
    }
}
