using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Tracking;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Tensorboards;

/// <summary>The points of time series, which lie with the metrics of all other runs of this machine. There is one to a step: what is written later takes its place.</summary>
internal sealed class TimeSeriesPoints(ITrackingStore tracking, TimeProvider time)
{
    // As Vertex AI has them.
    private const int DefaultRead = 1000, DefaultPage = 1000, MaxPage = 10_000, All = -1;

    /// <summary>Keeps points of one run. They are durable when this returns.</summary>
    public Task WriteAsync(TensorboardName run, IEnumerable<TimeSeriesData> series, CancellationToken ct) => tracking.LogAsync(Scope(run), run.ToString(),
        [.. series.SelectMany(s => s.Values.Select(v => new TrackedMetric(s.TensorboardTimeSeriesId, v.Scalar.Value, v.WallTime?.ToDateTimeOffset() ?? time.GetUtcNow(), v.Step)))], ct);

    /// <summary>Some of the points in the order of their steps, spread evenly over them, the first and the last among them.</summary>
    /// <param name="most">How many; 0 for 1000, -1 for all.</param>
    public async Task<TimeSeriesData> ReadAsync(TensorboardName series, string filter, int most, CancellationToken ct)
    {
        if (most < All) throw Faults.Invalid("max_data_points", most.ToString(CultureInfo.InvariantCulture), "a positive number, or -1 for all");
        var points = await PointsAsync(series, filter, ct).ConfigureAwait(false);
        var take = most switch { 0 => DefaultRead, All => points.Count, _ => most };
        IEnumerable<TimeSeriesDataPoint> some = points.Count <= take ? points : take == 1 ? points.TakeLast(1) : Enumerable.Range(0, take).Select(i => points[(int)((long)i * (points.Count - 1) / (take - 1))]);
        return new TimeSeriesData { TensorboardTimeSeriesId = series.Id, ValueType = TensorboardTimeSeries.Types.ValueType.Scalar, Values = { some } };
    }

    /// <summary>A page of the points.</summary>
    public async Task<(IReadOnlyList<TimeSeriesDataPoint> Page, string Next)> ExportAsync(TensorboardName series, string filter, string orderBy, int pageSize, string pageToken, CancellationToken ct)
    {
        if (pageSize < 0) throw Faults.Invalid("page_size", pageSize.ToString(CultureInfo.InvariantCulture), $"0 to {MaxPage}");
        var points = await PointsAsync(series, filter, ct).ConfigureAwait(false);
        List<TimeSeriesDataPoint> sorted = orderBy switch
        {
            "" or "step" or "step asc" => points,
            "step desc" => [.. points.AsEnumerable().Reverse()],
            "wall_time" or "wall_time asc" => [.. points.OrderBy(p => p.WallTime.ToDateTimeOffset())],
            "wall_time desc" => [.. points.OrderByDescending(p => p.WallTime.ToDateTimeOffset())],
            _ => throw Faults.Invalid("order_by", orderBy, "step or wall_time, with 'desc' behind it"),
        };
        // The token names the step of the last point seen: points that come between two pages move nothing.
        var at = pageToken.Length == 0 ? 0 : sorted.FindIndex(p => Token(p, filter, orderBy) == pageToken) + 1;
        if (at == 0 && pageToken.Length > 0) throw Faults.Invalid("page_token", pageToken, "the token of the page before, with the same filter and order");
        List<TimeSeriesDataPoint> page = [.. sorted.Skip(at).Take(pageSize == 0 ? DefaultPage : Math.Min(pageSize, MaxPage))];
        return (page, at + page.Count < sorted.Count ? Token(page[^1], filter, orderBy) : "");
    }

    public Task ForgetRunAsync(TensorboardName run, CancellationToken ct) => tracking.ForgetRunAsync(Scope(run), run.ToString(), ct);

    public Task ForgetSeriesAsync(TensorboardName series, CancellationToken ct) => tracking.ForgetMetricAsync(Scope(series), series.Up.ToString(), series.Id, ct);

    private static string Scope(TensorboardName name) => name.Board.Engine;

    private async Task<List<TimeSeriesDataPoint>> PointsAsync(TensorboardName series, string filter, CancellationToken ct)
    {
        var wanted = ListFilter.Parse(filter);
        var byStep = new SortedDictionary<long, TrackedMetric>();
        foreach (var each in await tracking.HistoryAsync(Scope(series), series.Up.ToString(), series.Id, ct).ConfigureAwait(false)) byStep[each.Step] = each;
        return [.. byStep.Values.Where(m => wanted(path => Field(m, path))).Select(m => new TimeSeriesDataPoint { Step = m.Step, WallTime = m.Time.ToTimestamp(), Scalar = new Scalar { Value = m.Value } })];
    }

    private static string? Field(TrackedMetric point, string path) => path switch
    {
        "step" => point.Step.ToString(CultureInfo.InvariantCulture),
        "wall_time" or "wallTime" => point.Time.ToString("O"),
        "scalar.value" => point.Value.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string Token(TimeSeriesDataPoint point, string filter, string orderBy) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{point.Step}\n{filter}\n{orderBy}"));
}
