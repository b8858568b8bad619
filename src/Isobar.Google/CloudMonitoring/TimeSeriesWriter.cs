using Google.Api;
using Isobar.Engine.Metrics;
using Isobar.Google.CloudMonitoring.V3;
using Isobar.Google.VertexAi.Resources;
using Kind = Google.Api.MetricDescriptor.Types.MetricKind;
using ValueType = Google.Api.MetricDescriptor.Types.ValueType;

namespace Isobar.Google.CloudMonitoring;

/// <summary>Takes points of the user's own metrics. A metric that nobody has described is described by its first point, as the service does.</summary>
internal sealed class TimeSeriesWriter(IMetricStore metrics, Descriptors descriptors, TimeProvider time)
{
    private const int MaxSeries = 200, MaxLabels = 30, MaxLabelValue = 1024;
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(25), Newest = TimeSpan.FromMinutes(5);

    public async Task WriteAsync(string project, IReadOnlyList<TimeSeries> all, CancellationToken ct)
    {
        if (all.Count == 0) throw Faults.Required("time_series");
        if (all.Count > MaxSeries) throw Faults.Invalid("time_series", null, $"at most {MaxSeries} time series at once");
        // All are checked before one is taken.
        for (var i = 0; i < all.Count; i++) Check(all[i], $"time_series[{i}]");
        for (var i = 0; i < all.Count; i++) await WriteAsync(project, all[i], $"time_series[{i}]", ct).ConfigureAwait(false);
    }

    private void Check(TimeSeries series, string field)
    {
        if (series.Metric is null || !Descriptors.IsCustom(series.Metric.Type)) throw Faults.Invalid($"{field}.metric.type", series.Metric?.Type, "a metric of your own, such as custom.googleapis.com/name");
        if (series.Metric.Labels.Count > MaxLabels || series.Metric.Labels.Values.Any(v => v.Length > MaxLabelValue)) throw Faults.Invalid($"{field}.metric.labels", null, $"at most {MaxLabels} labels of {MaxLabelValue} characters");
        if (series.Points.Count != 1) throw Faults.Invalid($"{field}.points", null, "exactly one point");
        if (series.Resource is { } resource && Descriptors.Resources.All(r => r.Type != resource.Type)) throw Faults.Invalid($"{field}.resource.type", resource.Type, string.Join(", ", Descriptors.Resources.Select(r => r.Type)));
        if (series.Points[0].Interval?.EndTime is not { } end) throw Faults.Required($"{field}.points[0].interval.end_time");
        var (now, at) = (time.GetUtcNow(), end.ToDateTimeOffset());
        if (at < now - Oldest || at > now + Newest) throw Faults.Invalid($"{field}.points[0].interval.end_time", at.ToString("O"), "at most 25 hours old and 5 minutes ahead");
        if (Number(series.Points[0].Value) is null) throw Faults.Unimplemented($"{field}.points[0].value: int64_value, double_value and bool_value are taken here; texts and distributions are not.");
        if (KindOf(series) == Kind.Delta) throw Faults.Invalid($"{field}.metric_kind", "DELTA", "GAUGE or CUMULATIVE for metrics of your own");
        if (KindOf(series) == Kind.Cumulative && !(series.Points[0].Interval.StartTime?.ToDateTimeOffset() < at)) throw Faults.Invalid($"{field}.points[0].interval.start_time", null, "before end_time for a cumulative metric");
    }

    private async Task WriteAsync(string project, TimeSeries series, string field, CancellationToken ct)
    {
        var (point, kind) = (series.Points[0], KindOf(series));
        var type = point.Value.ValueCase switch { TypedValue.ValueOneofCase.Int64Value => ValueType.Int64, TypedValue.ValueOneofCase.BoolValue => ValueType.Bool, _ => ValueType.Double };
        if (await descriptors.FindAsync(project, series.Metric.Type, ct).ConfigureAwait(false) is not { } descriptor)
            await descriptors.PutAsync(project, new MetricDescriptor { Type = series.Metric.Type, MetricKind = kind, ValueType = type, Unit = series.Unit, Labels = { series.Metric.Labels.Keys.Select(k => new LabelDescriptor { Key = k }) } }, ct).ConfigureAwait(false);
        else if (descriptor.ValueType != type || (series.MetricKind != Kind.Unspecified && descriptor.MetricKind != kind))
            throw Faults.Invalid($"{field}.value_type", $"{kind} {type}", $"the metric is described as {descriptor.MetricKind} {descriptor.ValueType}");
        else kind = descriptor.MetricKind;
        var resource = series.Resource ?? new MonitoredResource { Type = "global", Labels = { ["project_id"] = project } };
        var name = new SeriesName(project, series.Metric.Type, series.Metric.Labels.ToDictionary(), resource.Type, resource.Labels.ToDictionary(), kind == Kind.Cumulative ? point.Interval.StartTime.ToDateTimeOffset() : null);
        metrics.Record(name.Id, Number(point.Value)!.Value, series.Unit.Length > 0 ? series.Unit : "1", point.Interval.EndTime.ToDateTimeOffset());
    }

    private static Kind KindOf(TimeSeries series) => series.MetricKind == Kind.Unspecified ? Kind.Gauge : series.MetricKind;

    private static double? Number(TypedValue? value) => value?.ValueCase switch
    {
        TypedValue.ValueOneofCase.Int64Value => value.Int64Value,
        TypedValue.ValueOneofCase.DoubleValue => value.DoubleValue,
        TypedValue.ValueOneofCase.BoolValue => value.BoolValue ? 1 : 0,
        _ => null,
    };
}
