using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Metrics;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Aws.SageMaker.Monitoring.Reports;

/// <summary>SageMaker Model Monitor's published files: statistics.json, constraints.json and constraint_violations.json.</summary>
internal sealed class MonitoringReports : IMonitoringFormat
{
    private const string DataNamespace = "aws/sagemaker/Endpoints/data-metrics", ModelNamespace = "aws/sagemaker/Endpoints/model-metrics";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Owner => SageMakerIds.Owner;

    public Result<DataConstraints> ReadConstraints(ReadOnlyMemory<byte> json) => Read(json, "constraints.json", ConstraintsFile.Read);

    public Result<DatasetStatistics> ReadStatistics(ReadOnlyMemory<byte> json) => Read(json, "statistics.json", StatisticsFile.Read);

    public Result<IReadOnlyList<QualityConstraint>> ReadQualityConstraints(ReadOnlyMemory<byte> json) => Read(json, "constraints.json", QualityFiles.ReadConstraints);

    public IReadOnlyList<ReportFile> Write(DatasetStatistics statistics, DataConstraints constraints, IReadOnlyList<Violation>? violations) =>
        Files(StatisticsFile.Write(statistics), ConstraintsFile.Write(constraints), violations is null ? null : Violations(violations));

    public IReadOnlyList<ReportFile> Write(QualityReport quality, IReadOnlyList<QualityConstraint> constraints, IReadOnlyList<Violation>? violations) =>
        Files(QualityFiles.Statistics(quality), QualityFiles.Constraints(quality.Problem, constraints), violations is null ? null : QualityFiles.Violations(violations));

    public MetricId Metric(MonitorSpec spec, string name) =>
        MetricId.Of(Owner, spec.Kind == MonitorKind.DataQuality ? DataNamespace : ModelNamespace, name,
            [.. spec.EndpointName is { } endpoint ? [new KeyValuePair<string, string>("Endpoint", endpoint)] : Array.Empty<KeyValuePair<string, string>>(), new("MonitoringSchedule", spec.Name)]);

    private static JsonObject Violations(IReadOnlyList<Violation> violations) => new()
    {
        ["violations"] = new JsonArray([.. violations.Select(v => new JsonObject
        {
            ["feature_name"] = v.Subject,
            ["constraint_check_type"] = CheckName(v.Check),
            ["description"] = v.Description,
        })]),
    };

    /// <summary>SageMaker documents no name for the check of non-negative numbers; it is named after its kind.</summary>
    private static string CheckName(CheckType check) => check switch
    {
        CheckType.DataType => "data_type_check",
        CheckType.Completeness => "completeness_check",
        CheckType.BaselineDrift => "baseline_drift_check",
        CheckType.MissingColumn => "missing_column_check",
        CheckType.ExtraColumn => "extra_column_check",
        CheckType.CategoricalValues => "categorical_values_check",
        CheckType.Range => "numerical_values_check",
        CheckType.BelowThreshold => "LessThanThreshold",
        _ => "GreaterThanThreshold",
    };

    private static List<ReportFile> Files(JsonObject statistics, JsonObject constraints, JsonObject? violations)
    {
        var files = new List<ReportFile> { File("statistics.json", statistics), File("constraints.json", constraints) };
        if (violations is not null) files.Add(File("constraint_violations.json", violations));
        return files;
    }

    private static ReportFile File(string name, JsonObject content) => new(name, Encoding.UTF8.GetBytes(content.ToJsonString(Indented)));

    private static Result<T> Read<T>(ReadOnlyMemory<byte> json, string name, Func<JsonNode, T> read)
    {
        try
        {
            return JsonNode.Parse(json.Span) is { } root ? Result<T>.Ok(read(root)) : new Error(ErrorCode.InvalidArgument, $"{name} is empty.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            return new Error(ErrorCode.InvalidArgument, $"{name} is not as Model Monitor writes it: {e.Message}");
        }
    }
}
