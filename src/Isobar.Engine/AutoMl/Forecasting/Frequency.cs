using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>How far apart the points of a series are: some years (<c>Y</c>), months (<c>M</c>), weeks (<c>W</c>), days (<c>D</c>), hours (<c>H</c>) or minutes (<c>min</c>).</summary>
internal sealed record Frequency(int Count, string Unit)
{
    // The first Monday of the calendar's year 1: weeks begin on Mondays.
    private static readonly DateTime Monday = new(1, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly Dictionary<string, (int Most, long Ticks)> Units = new()
    {
        ["Y"] = (1, 0),
        ["M"] = (11, 0),
        ["W"] = (4, 7 * TimeSpan.TicksPerDay),
        ["D"] = (6, TimeSpan.TicksPerDay),
        ["H"] = (23, TimeSpan.TicksPerHour),
        ["min"] = (59, TimeSpan.TicksPerMinute),
    };

    public static Result<Frequency> Parse(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var count = digits == 0 ? 1 : int.Parse(text.AsSpan(0, Math.Min(digits, 6)), CultureInfo.InvariantCulture);
        return Units.TryGetValue(text[digits..], out var unit) && count >= 1 && count <= unit.Most
            ? new Frequency(count, text[digits..])
            : Error.Invalid("frequency", text, $"'{text}' is no frequency: Y, 1 to 11 M, 1 to 4 W, 1 to 6 D, 1 to 23 H or 1 to 59 min.");
    }

    private long Step => Count * Units[Unit].Ticks;

    /// <summary>The period that an instant falls into, counted from the calendar's beginning.</summary>
    public long IndexOf(DateTime time) => Unit switch
    {
        "Y" => time.Year / Count,
        "M" => (time.Year * 12L + time.Month - 1) / Count,
        _ => (time.Ticks - Monday.Ticks) / Step,
    };

    /// <summary>When a period begins.</summary>
    public DateTime StartOf(long index) => Unit switch
    {
        "Y" => new DateTime((int)(index * Count), 1, 1, 0, 0, 0, DateTimeKind.Utc),
        "M" => new DateTime((int)(index * Count / 12), (int)(index * Count % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => Monday.AddTicks(index * Step),
    };

    /// <summary>Whether a period can be told as a date: an instant far outside of the calendar is nobody's data.</summary>
    public bool Holds(long index) => Unit switch { "Y" => index * Count is >= 1 and <= 9999, "M" => index * Count is >= 12 and < 120_000, _ => index >= 0 && index < DateTime.MaxValue.Ticks / Step - 1 };

    /// <summary>Periods of the seasons that data of this kind usually has, the shortest first.</summary>
    public IReadOnlyList<int> Seasons => [.. (Unit switch
    {
        "M" => new[] { 12 / Count },
        "W" => [52 / Count],
        "D" => [7 / Count],
        "H" => [24 / Count, 168 / Count],
        "min" => [1440 / Count],
        _ => Array.Empty<int>(),
    }).Where(s => s >= 2)];

    /// <summary>Numbers that tell a period's place in the year, the week and the day, as far as the frequency tells them apart.</summary>
    public int CalendarWidth => Unit switch { "Y" => 0, "M" or "W" => 2, "D" => 4, _ => 6 };

    public void Calendar(DateTime time, Span<float> to)
    {
        if (to.Length >= 2) Circle(to, 0, (time.DayOfYear - 1) / 365.25);
        if (to.Length >= 4) Circle(to, 2, (int)time.DayOfWeek / 7.0);
        if (to.Length >= 6) Circle(to, 4, time.TimeOfDay.TotalDays);

        static void Circle(Span<float> to, int at, double share) => (to[at], to[at + 1]) = ((float)Math.Sin(2 * Math.PI * share), (float)Math.Cos(2 * Math.PI * share));
    }

    public override string ToString() => $"{Count}{Unit}";
}
