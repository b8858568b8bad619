using System.Globalization;
using System.Text.RegularExpressions;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Server.Dashboard.Parts;

namespace Isobar.Server.Dashboard.Reads;

/// <summary>The lines of a metric by round, one for each channel.</summary>
internal sealed record MetricSeries(string Metric, IReadOnlyList<ChartLine> Lines);

/// <summary>The end of a job's log as a page follows it, and the metrics that its lines tell by round (<c>[7] validation:rmse=0.41</c>). Only new lines are read.</summary>
internal sealed partial class JobLog
{
    public const int MaxLines = 1000;
    private const int MaxPages = 20, MaxSeries = 24, MaxPoints = 2000;
    private readonly Queue<(long Number, RunLogLine Line)> _lines = new();
    private readonly SortedDictionary<string, List<ChartPoint>> _points = new(StringComparer.Ordinal);
    private string? _next;
    private long _read;
    private int _known;

    public IReadOnlyCollection<(long Number, RunLogLine Line)> Lines => _lines;

    /// <summary>Lines that were read and are no longer held.</summary>
    public long Dropped => _read - _lines.Count;

    /// <summary>Whether nothing more will come.</summary>
    public bool IsWhole { get; private set; }

    public IReadOnlyList<MetricSeries> Series { get; private set; } = [];

    /// <summary>Reads what is new.</summary>
    /// <param name="isFinal">Whether the job had ended before.</param>
    public async Task<Error?> ReadAsync(Func<string?, Task<Result<RunLogPage>>> read, bool isFinal)
    {
        var before = _read;
        for (var page = 0; page < MaxPages; page++)
        {
            if (!(await read(_next).ConfigureAwait(false)).TryGet(out var got, out var error)) return error;
            // Where a cloud gives no place to go on from, the log is read from its beginning again.
            foreach (var line in _next is null ? got.Lines.Skip(_known) : got.Lines) Add(line);
            if (_next is null) _known = got.Lines.Count;
            if (got.Next is null || got.Next == _next)
            {
                IsWhole = isFinal;
                break;
            }
            _next = got.Next;
        }
        if (_read != before) Series = Grouped();
        return null;
    }

    private void Add(RunLogLine line)
    {
        _lines.Enqueue((_read++, line));
        if (_lines.Count > MaxLines) _lines.Dequeue();
        if (RoundLine().Match(line.Text) is not { Success: true } match || !double.TryParse(match.Groups[3].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)) return;
        var name = match.Groups[2].Value;
        if (!_points.TryGetValue(name, out var points))
        {
            if (_points.Count == MaxSeries) return;
            _points[name] = points = [];
        }
        if (points.Count < MaxPoints) points.Add(new ChartPoint(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), value));
    }

    // train:rmse and validation:rmse belong into one chart.
    private List<MetricSeries> Grouped() => [.. _points.GroupBy(p => p.Key[(p.Key.IndexOf(':', StringComparison.Ordinal) + 1)..])
        .Select(g => new MetricSeries(g.Key, [.. g.Select((p, i) => new ChartLine(p.Key, $"var(--series-{i % 4 + 1})", [.. p.Value]))]))];

    [GeneratedRegex(@"^\[(\d{1,7})\] ([\w:.@-]{1,80})=(\S{1,30})$", RegexOptions.CultureInvariant, 100)]
    private static partial Regex RoundLine();
}
