using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Processing;

namespace Isobar.Aws.SageMaker.Monitoring.Reports;

/// <summary>
/// Model Monitor's analysis as a processing job, told by its published environment variables: it makes a baseline, or with
/// <c>baseline_constraints</c> holds a data set against one.
/// </summary>
public sealed class ModelMonitorAnalyzer : IBuiltInProcessor
{
    private readonly MonitoringReports _reports = new();

    /// <inheritdoc/>
    public string Name => Processing.ProcessingPlanner.MonitorProcessor;

    /// <inheritdoc/>
    public async Task<Result<string>> RunAsync(IReadOnlyDictionary<string, string> environment, Func<string, string> localPath, Action<string> log, CancellationToken ct)
    {
        var source = localPath(environment.GetValueOrDefault("dataset_source") ?? "/opt/ml/processing/input/baseline_dataset_input");
        var output = localPath(environment.GetValueOrDefault("output_path") ?? "/opt/ml/processing/output");
        if (!Format(environment.GetValueOrDefault("dataset_format")).TryGet(out var format, out var error)) return error;
        var files = File.Exists(source) ? [source] : Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0) return new Error(ErrorCode.NotFound, $"There is no data at {environment.GetValueOrDefault("dataset_source")}.");

        var analysis = environment.GetValueOrDefault("problem_type") is { Length: > 0 } problem
            ? await QualityAsync(files, format, problem, environment, localPath, ct)
            : await DataAsync(files, format, environment, localPath, log, ct);
        if (!analysis.TryGet(out var found, out error)) return error;
        Directory.CreateDirectory(output);
        foreach (var report in found.Files) await File.WriteAllBytesAsync(Path.Combine(output, report.Name), report.Content, ct);
        return found.Message;
    }

    private async Task<Result<(IReadOnlyList<ReportFile> Files, string Message)>> DataAsync(string[] files, DatasetFormat format, IReadOnlyDictionary<string, string> environment, Func<string, string> localPath, Action<string> log, CancellationToken ct)
    {
        DataConstraints? constraints = null;
        DatasetStatistics? baseline = null;
        if (await FileAsync(environment, "baseline_constraints", localPath, ct) is { } rules && !_reports.ReadConstraints(rules).TryGet(out constraints, out var error)) return error;
        if (await FileAsync(environment, "baseline_statistics", localPath, ct) is { } known && !_reports.ReadStatistics(known).TryGet(out baseline, out error)) return error;
        var profiler = new DatasetProfiler();
        if (DatasetReader.ReadFiles(files, format, row => profiler.Add(row, constraints?.Features.Select(f => f.Name).ToList()), ct) is { } fault) return fault;
        if (profiler.Rows == 0) return new Error(ErrorCode.InvalidArgument, "The data set has no rows.");
        var statistics = profiler.Build(constraints);
        log(string.Create(CultureInfo.InvariantCulture, $"{statistics.Rows} rows of {statistics.Features.Count} features"));
        if (constraints is null) return (_reports.Write(statistics, Baseline.Suggest(statistics), null), "Completed: Job completed successfully with no violations.");
        var violations = DataComparison.Check(statistics, constraints, baseline);
        return (_reports.Write(statistics, constraints, violations), Message(violations.Count));
    }

    private async Task<Result<(IReadOnlyList<ReportFile> Files, string Message)>> QualityAsync(string[] files, DatasetFormat format, string problem, IReadOnlyDictionary<string, string> environment, Func<string, string> localPath, CancellationToken ct)
    {
        if (!Enum.TryParse<ProblemKind>(problem, out var kind)) return new Error(ErrorCode.InvalidArgument, $"The problem_type '{problem}' is none of Regression, BinaryClassification and MulticlassClassification.");
        if (environment.GetValueOrDefault("ground_truth_attribute") is not { Length: > 0 } truth) return new Error(ErrorCode.InvalidArgument, "ground_truth_attribute is required with problem_type.");
        var inference = environment.GetValueOrDefault("inference_attribute");
        var probability = environment.GetValueOrDefault("probability_attribute");
        var threshold = double.TryParse(environment.GetValueOrDefault("probability_threshold_attribute"), NumberStyles.Float, CultureInfo.InvariantCulture, out var given) ? given : 0.5;
        var answers = new List<JudgedAnswer>();
        if (DatasetReader.ReadFiles(files, format, Take, ct) is { } fault) return fault;
        if (!ModelQuality.Measure(kind, answers).TryGet(out var report, out var error)) return error;
        if (await FileAsync(environment, "baseline_constraints", localPath, ct) is not { } rules)
            return (_reports.Write(report, QualityBaseline.Suggest(report), null), "Completed: Job completed successfully with no violations.");
        if (!_reports.ReadQualityConstraints(rules).TryGet(out var constraints, out error)) return error;
        var violations = QualityBaseline.Check(report, constraints);
        return (_reports.Write(report, constraints, violations), Message(violations.Count));

        void Take(DataRow row)
        {
            double? share = probability is { Length: > 0 } && double.TryParse(row[probability], NumberStyles.Float, CultureInfo.InvariantCulture, out var p) ? p : null;
            var predicted = inference is { Length: > 0 } ? row[inference] : share is { } s ? (s >= threshold ? "1" : "0") : null;
            if (row[truth] is { Length: > 0 } label && predicted is { Length: > 0 }) answers.Add(new JudgedAnswer(predicted, label, share));
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> FileAsync(IReadOnlyDictionary<string, string> environment, string variable, Func<string, string> localPath, CancellationToken ct) =>
        environment.GetValueOrDefault(variable) is { Length: > 0 } path && File.Exists(localPath(path)) ? await File.ReadAllBytesAsync(localPath(path), ct) : (ReadOnlyMemory<byte>?)null;

    /// <summary>The format comes as the JSON that the SDK's DatasetFormat makes: <c>{"csv": {"header": true}}</c>.</summary>
    private static Result<DatasetFormat> Format(string? json)
    {
        if (string.IsNullOrEmpty(json)) return DatasetFormat.CsvWithHeader;
        try
        {
            var root = JsonNode.Parse(json);
            if (root?["csv"] is { } csv) return csv["header"]?.ToString() is "true" or "True" ? DatasetFormat.CsvWithHeader : DatasetFormat.Csv;
            if (root?["json"] is not null) return DatasetFormat.JsonLines;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException) { /* Told below. */ }
        return new Error(ErrorCode.InvalidArgument, $"The dataset_format '{json}' is not supported; csv and json are.");
    }

    private static string Message(int violations) =>
        violations == 0 ? "Completed: Job completed successfully with no violations." : $"CompletedWithViolations: Job completed successfully with {violations} violations.";
}
