using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Metrics;
using Isobar.Engine.Monitoring.Capture;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Engine.Monitoring.Schedules;

/// <summary>What a run found.</summary>
internal sealed record RunOutcome(long Rows, IReadOnlyList<Violation> Violations, IReadOnlyList<string> Subjects, ObjectLocation Report);

/// <summary>One run: 1. find the data; 2. read the baseline; 3. measure and compare; 4. write the report; 5. record metrics.</summary>
internal sealed class MonitoringRun(IObjectStore objects, IEndpoints endpoints, CaptureWriter capture, IMetricStore metrics, MonitoringStore store, IEnumerable<IMonitoringFormat> formats)
{
    private const string DriftFile = "drift.json";
    private const long MaxBaseline = 256L * 1024 * 1024;
    private readonly CapturedTraffic _traffic = new(objects);

    public async Task<Result<RunOutcome>> RunAsync(MonitorExecution run, CancellationToken ct)
    {
        if (formats.FirstOrDefault(f => f.Owner == run.Spec.Owner) is not { } format) return new Error(ErrorCode.Unimplemented, $"No report format is registered for {run.Spec.Owner}.");
        await capture.FlushAsync().ConfigureAwait(false);
        var source = await SourceAsync(run.Spec, ct).ConfigureAwait(false);
        if (!source.TryGet(out var prefix, out var error)) return error;
        return run.Spec.Kind == MonitorKind.DataQuality
            ? await DataAsync(run, prefix, format, ct).ConfigureAwait(false)
            : await QualityAsync(run, prefix, format, ct).ConfigureAwait(false);
    }

    /// <summary>The distances that a run has found.</summary>
    public async Task<Result<IReadOnlyList<FeatureDrift>>> DriftAsync(MonitorExecution run, CancellationToken ct) => run.Report is not { } report ? Error.NotFound($"A report of {run.JobName}")
        : await ReadAsync<IReadOnlyList<FeatureDrift>>(report.Below(DriftFile), json => JsonSerializer.Deserialize(json.Span, MonitoringJson.Default.DriftReport) is { } read ? Result<IReadOnlyList<FeatureDrift>>.Ok(read.Features) : Error.NotFound(DriftFile), ct).ConfigureAwait(false);

    /// <summary>The folder that holds the reports of a run.</summary>
    public static ObjectLocation ReportFolder(MonitorExecution run) => run.Spec.Output.Below(
        (run.Spec.EndpointName is { } endpoint ? endpoint + "/" : "") + run.Spec.Name + "/" + run.Due.UtcDateTime.ToString("yyyy'/'MM'/'dd'/'HH", CultureInfo.InvariantCulture));

    private async Task<Result<ObjectLocation>> SourceAsync(MonitorSpec spec, CancellationToken ct)
    {
        if (spec.Dataset is { } dataset) return dataset;
        if (spec.EndpointId is null) return new Error(ErrorCode.InvalidArgument, "The schedule names neither an endpoint nor a data set.");
        var found = await endpoints.GetAsync(spec.EndpointId, ct).ConfigureAwait(false);
        if (!found.TryGet(out var endpoint, out var error)) return error;
        if (endpoint.Spec.Capture is not { } kept) return new Error(ErrorCode.FailedPrecondition, $"The endpoint {endpoint.Spec.Name} does not capture its traffic.");
        return kept.Target.Below(spec.Variant is { } variant ? $"{endpoint.Spec.Name}/{variant}" : endpoint.Spec.Name);
    }

    private async Task<Result<RunOutcome>> DataAsync(MonitorExecution run, ObjectLocation source, IMonitoringFormat format, CancellationToken ct)
    {
        DataConstraints? constraints = null;
        if (run.Spec.Constraints is { } place && !(await ReadAsync(place, format.ReadConstraints, ct).ConfigureAwait(false)).TryGet(out constraints, out var error)) return error;
        DatasetStatistics? baseline = null;
        var known = run.Spec.AgainstLastRun ? await LastAsync(run, ct).ConfigureAwait(false) : run.Spec.Statistics;
        if (known is not null && !(await ReadAsync(known, format.ReadStatistics, ct).ConfigureAwait(false)).TryGet(out baseline, out error)) return error;

        var profiler = new DatasetProfiler();
        var names = constraints?.Features.Select(f => f.Name).ToList();
        if (await ReadRowsAsync(run, source, row => profiler.Add(row, names), names, ct).ConfigureAwait(false) is { } fault) return fault;
        if (profiler.Rows == 0) return new Error(ErrorCode.FailedPrecondition, $"No data was captured between {run.From:u} and {run.To:u}.");

        var statistics = profiler.Build(constraints);
        var rules = constraints ?? Baseline.Suggest(statistics);
        var violations = DataComparison.Check(statistics, rules, baseline);
        var drift = DataComparison.Drift(statistics, rules, baseline);
        List<ReportFile> files = [.. format.Write(statistics, rules, violations), Drift(run, statistics.Rows, drift, violations)];
        if (await WriteAsync(run, files, ct).ConfigureAwait(false) is { } unwritten) return unwritten;
        if (run.Spec.PublishMetrics && rules.EmitMetrics) Publish(run, format, statistics, drift);
        return new RunOutcome(statistics.Rows, violations, [.. statistics.Features.Select(f => f.Name)], ReportFolder(run));
    }

    /// <summary>The statistics of the last run before that had data.</summary>
    private async Task<ObjectLocation?> LastAsync(MonitorExecution run, CancellationToken ct) =>
        (await store.ExecutionsAsync(run.ScheduleId + "/", ct).ConfigureAwait(false)).Where(e => e.ScheduleId == run.ScheduleId && e.Due < run.Due).OrderByDescending(e => e.Due).FirstOrDefault(e => e.Report is not null)?.Report is { } report
            ? report.Below("statistics.json") : null;

    private async Task<Result<RunOutcome>> QualityAsync(MonitorExecution run, ObjectLocation source, IMonitoringFormat format, CancellationToken ct)
    {
        if (run.Spec.Quality is not { } quality) return new Error(ErrorCode.InvalidArgument, "A schedule of model quality must say what is asked of the model.");
        IReadOnlyList<QualityConstraint>? constraints = null;
        if (run.Spec.Constraints is { } place && !(await ReadAsync(place, j => format.ReadQualityConstraints(j), ct).ConfigureAwait(false)).TryGet(out constraints, out var error)) return error;

        var answers = new List<JudgedAnswer>();
        if (quality.GroundTruth is { } truths)
        {
            var truth = await _traffic.TruthAsync(truths, run.From, run.To, ct).ConfigureAwait(false);
            await foreach (var seen in _traffic.EventsAsync(source, run.From, run.To, ct).ConfigureAwait(false))
                if (truth.TryGetValue(seen.Id, out var rows)) answers.AddRange(seen.Outputs.Zip(rows, (o, t) => AnswerReader.Judge(o, t, quality)).OfType<JudgedAnswer>());
        }
        else if (await ReadRowsAsync(run, source, row => { if (AnswerReader.Judge(row, quality) is { } a) answers.Add(a); }, null, ct).ConfigureAwait(false) is { } fault)
        {
            return fault;
        }
        if (!ModelQuality.Measure(quality.Problem, answers).TryGet(out var report, out var unmeasured)) return unmeasured;
        report = report with { From = run.From, To = run.To };
        var rules = constraints ?? [];
        var violations = QualityBaseline.Check(report, rules);
        if (await WriteAsync(run, format.Write(report, rules, violations), ct).ConfigureAwait(false) is { } unwritten) return unwritten;
        if (run.Spec.PublishMetrics)
            foreach (var (name, value) in report.Metrics) metrics.Record(format.Metric(run.Spec, name), value);
        return new RunOutcome(report.Rows, violations, [.. report.Metrics.Keys], ReportFolder(run));
    }

    private async Task<Error?> ReadRowsAsync(MonitorExecution run, ObjectLocation source, Action<DataRow> add, IReadOnlyList<string>? names, CancellationToken ct)
    {
        if (run.Spec.Dataset is null || run.Spec.DatasetFormat == DatasetFormat.Captured)
        {
            await foreach (var seen in _traffic.EventsAsync(source, run.From, run.To, ct).ConfigureAwait(false))
                foreach (var row in AnswerReader.Observed(seen, names)) add(row);
            return null;
        }
        var listed = await ChannelDownload.PrefixAsync(objects, source, ct).ConfigureAwait(false);
        if (!listed.TryGet(out var keys, out var error)) return error;
        foreach (var (key, _) in keys)
        {
            if (!(await objects.OpenAsync(source.Bucket, key, ct: ct).ConfigureAwait(false)).TryGet(out var open, out error)) return error;
            await using (open)
                foreach (var row in DatasetReader.Read(open.Content, key, run.Spec.DatasetFormat))
                {
                    ct.ThrowIfCancellationRequested();
                    if (!row.TryGet(out var value, out error)) return error;
                    add(value);
                }
        }
        return null;
    }

    private async Task<Result<T>> ReadAsync<T>(ObjectLocation place, Func<ReadOnlyMemory<byte>, Result<T>> parse, CancellationToken ct)
    {
        var opened = await objects.OpenAsync(place.Bucket, place.Key, ct: ct).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out var error)) return new Error(error.Code, $"The baseline {place.Key} in the bucket {place.Bucket.Name} cannot be read: {error.Message}");
        await using (open)
        {
            if (open.Length > MaxBaseline) return new Error(ErrorCode.InvalidArgument, $"The baseline {place.Key} has {open.Length} bytes; at most {MaxBaseline} are read.");
            var bytes = new MemoryStream((int)open.Length);
            await open.Content.CopyToAsync(bytes, ct).ConfigureAwait(false);
            return parse(bytes.ToArray());
        }
    }

    private async Task<Error?> WriteAsync(MonitorExecution run, IEnumerable<ReportFile> files, CancellationToken ct)
    {
        var folder = ReportFolder(run);
        foreach (var file in files)
        {
            var put = await objects.PutAsync(folder.Bucket, $"{folder.Key}/{file.Name}", new MemoryStream(file.Content.ToArray()), new PutOptions { ContentType = "application/json" }, ct).ConfigureAwait(false);
            if (put.Error is { } error) return error;
        }
        return null;
    }

    private void Publish(MonitorExecution run, IMonitoringFormat format, DatasetStatistics statistics, IReadOnlyList<FeatureDrift> drift)
    {
        foreach (var feature in drift) metrics.Record(format.Metric(run.Spec, $"feature_baseline_drift_{feature.Name}"), feature.Distance);
        foreach (var feature in statistics.Features)
        {
            metrics.Record(format.Metric(run.Spec, $"feature_non_null_{feature.Name}"), feature.Present, "Count");
            metrics.Record(format.Metric(run.Spec, $"feature_null_{feature.Name}"), feature.Missing, "Count");
        }
    }

    private static ReportFile Drift(MonitorExecution run, long rows, IReadOnlyList<FeatureDrift> drift, IReadOnlyList<Violation> violations) =>
        new(DriftFile, JsonSerializer.SerializeToUtf8Bytes(new DriftReport(run.Spec.Name, run.From, run.To, rows, drift, violations), MonitoringJson.Default.DriftReport));
}
