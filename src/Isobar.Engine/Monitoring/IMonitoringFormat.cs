using Isobar.Core.Results;
using Isobar.Engine.Metrics;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Monitoring.Quality;

namespace Isobar.Engine.Monitoring;

/// <summary>A file of a report.</summary>
/// <param name="Name">Such as <c>statistics.json</c>.</param>
public sealed record ReportFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>How one dialect writes baselines and reports. Registered by each cloud for its <see cref="Owner"/>.</summary>
public interface IMonitoringFormat
{
    /// <summary>The cloud, as in <see cref="MonitorSpec.Owner"/>.</summary>
    string Owner { get; }
    /// <summary>Reads the constraints of a data baseline.</summary>
    Result<DataConstraints> ReadConstraints(ReadOnlyMemory<byte> json);
    /// <summary>Reads the statistics of a data baseline.</summary>
    Result<DatasetStatistics> ReadStatistics(ReadOnlyMemory<byte> json);
    /// <summary>Reads the constraints of a model baseline.</summary>
    Result<IReadOnlyList<QualityConstraint>> ReadQualityConstraints(ReadOnlyMemory<byte> json);
    /// <summary>Writes a baseline, or the report of a run when <paramref name="violations"/> are given.</summary>
    IReadOnlyList<ReportFile> Write(DatasetStatistics statistics, DataConstraints constraints, IReadOnlyList<Violation>? violations);
    /// <summary>Writes a model baseline, or the report of a run when <paramref name="violations"/> are given.</summary>
    IReadOnlyList<ReportFile> Write(QualityReport quality, IReadOnlyList<QualityConstraint> constraints, IReadOnlyList<Violation>? violations);
    /// <summary>The series that receives a measurement of a run.</summary>
    MetricId Metric(MonitorSpec spec, string name);
}
