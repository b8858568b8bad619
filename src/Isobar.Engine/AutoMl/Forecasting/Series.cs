using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>A series without gaps.</summary>
/// <param name="First">The period of its first value.</param>
/// <param name="Values">A value a period, up to the last one known.</param>
/// <param name="Ahead">The columns known ahead, period by period, beyond the last value as far as the data tells.</param>
internal sealed record Series(string Item, long First, float[] Values, float[][] Ahead)
{
    /// <summary>The period after the last value.</summary>
    public long End => First + Values.Length;

    /// <summary>A column known ahead at a period; the nearest one where the data does not reach.</summary>
    public float AheadAt(int column, long period) => Ahead[column] is { Length: > 0 } values ? values[Math.Clamp(period - First, 0, values.Length - 1)] : 0;
}

/// <summary>Makes series of a table's rows: 1. columns; 2. rows by item and period; 3. one value a period; 4. gaps filled.</summary>
internal static class SeriesReader
{
    private const int MaxPeriods = 1_000_000;

    public static Result<IReadOnlyList<Series>> Read(DataTable table, ForecastLayout layout, Frequency frequency)
    {
        // 1.
        if (!Column(layout.Time).TryGet(out var times, out var error)) return error;
        if (!Column(layout.Target).TryGet(out var target, out error)) return error;
        DataColumn? items = null;
        if (layout.Item.Length > 0 && !Column(layout.Item).TryGet(out items, out error)) return error;
        if (!target.IsNumeric && target.Texts!.Any(t => t is not null)) return new Error(ErrorCode.InvalidArgument, $"The column '{layout.Target}' holds texts; a forecast is made of numbers.");
        var ahead = new List<DataColumn>();
        foreach (var name in layout.KnownAhead)
        {
            if (!Column(name).TryGet(out var column, out error)) return error;
            if (!column.IsNumeric) return new Error(ErrorCode.InvalidArgument, $"The column '{name}', known ahead, holds texts; numbers are wanted.");
            ahead.Add(column);
        }

        // 2.
        var byItem = new Dictionary<string, SortedDictionary<long, List<int>>>();
        for (var row = 0; row < table.Rows; row++)
        {
            if (Time(times, row, frequency) is not { } time) return new Error(ErrorCode.InvalidArgument, $"The {layout.Time} of row {row + 1} is '{times.TextAt(row)}', not a time.");
            var periods = byItem.TryGetValue(items?.TextAt(row) ?? "", out var known) ? known : byItem[items?.TextAt(row) ?? ""] = [];
            var index = frequency.IndexOf(time);
            if (!periods.TryGetValue(index, out var rows)) periods[index] = rows = [];
            rows.Add(row);
        }

        var series = new List<Series>();
        foreach (var (item, periods) in byItem)
        {
            // 3.
            var values = periods.ToDictionary(p => p.Key, p => Aggregate([.. p.Value.Select(r => target.Numbers?[r] ?? float.NaN).Where(float.IsFinite)], layout.Aggregation));
            var known = values.Where(v => v.Value is not null).Select(v => v.Key).ToList();
            if (known.Count == 0) continue;
            var (first, last) = (known.Min(), Math.Max(known.Max(), periods.Keys.Max()));
            if (last - first >= MaxPeriods) return new Error(ErrorCode.InvalidArgument, $"The series '{item}' spans {last - first + 1} periods of {frequency}; at most {MaxPeriods} are taken.");
            // 4.
            var filled = Fill([.. Enumerable.Range(0, (int)(known.Max() - first + 1)).Select(i => values.GetValueOrDefault(first + i))], layout.Filling);
            var columns = ahead.Select(c => Fill([.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => periods.TryGetValue(first + i, out var rows) ? Aggregate([.. rows.Select(r => c.Numbers![r]).Where(float.IsFinite)], "avg") : null)], "last")).ToArray();
            series.Add(new Series(item, first, filled, columns));
        }
        return Result<IReadOnlyList<Series>>.Ok(series);

        Result<DataColumn> Column(string name) => table.Find(name) is var at and >= 0 ? table.Columns[at] : new Error(ErrorCode.InvalidArgument, $"The column '{name}' is not among {string.Join(", ", table.Columns.Select(c => c.Name).Take(20))}.");
    }

    private static DateTime? Time(DataColumn column, int row, Frequency frequency)
    {
        DateTime time;
        if (column.Numbers is { } numbers)
        {
            if (!float.IsFinite(numbers[row])) return null;
            // A single-precision number holds years exactly, and seconds since 1970 to about a minute or two: those are better written as dates.
            if (frequency.Unit == "Y" && numbers[row] is >= 1 and <= 9999) return new DateTime((int)numbers[row], 1, 1, 0, 0, 0, DateTimeKind.Utc);
            if (Math.Abs(numbers[row]) > 250_000_000_000f) return null;
            time = DateTime.UnixEpoch.AddSeconds(numbers[row]);
        }
        else if (!DateTime.TryParse(column.Texts![row], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)) return null;
        return frequency.Holds(frequency.IndexOf(time)) ? time : null;
    }

    private static float? Aggregate(IReadOnlyList<float> values, string how) => values.Count == 0 ? null : how switch
    {
        "avg" => values.Average(),
        "first" => values[0],
        "min" => values.Min(),
        "max" => values.Max(),
        _ => values.Sum(),
    };

    private static float[] Fill(float?[] values, string how)
    {
        var present = values.OfType<float>().ToList();
        var constant = present.Count == 0 ? 0 : how switch { "mean" => present.Average(), "median" => present.Order().ElementAt(present.Count / 2), "min" => present.Min(), "max" => present.Max(), _ => 0f };
        var filled = new float[values.Length];
        var before = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value) continue;
            filled[i] = value;
            for (var gap = before + 1; gap < i; gap++)
                filled[gap] = how switch { "interpolate" when before >= 0 => filled[before] + (value - filled[before]) * (gap - before) / (i - before), "interpolate" => value, "last" => before >= 0 ? filled[before] : value, _ => constant };
            before = i;
        }
        for (var rest = before + 1; rest < values.Length; rest++) filled[rest] = before >= 0 ? filled[before] : constant;
        return filled;
    }
}
