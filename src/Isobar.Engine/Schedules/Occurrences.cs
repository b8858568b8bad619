using Cronos;
using Isobar.Core.Results;

namespace Isobar.Engine.Schedules;

/// <summary>When schedules are due.</summary>
internal static class Occurrences
{
    // A month without the 30th is no reason to give up; two hundred of them are.
    private const int MostPeriods = 200;

    public static Error? Fault(TimedSpec spec)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(spec.TimeZone, out _)) return Error.Invalid("timeZone", spec.TimeZone, $"'{spec.TimeZone}' is no time zone of this machine's database; UTC and names such as Europe/Berlin are.");
        if (spec.Cron is { } cron) return CronExpression.TryParse(cron, out _) ? null : Error.Invalid("cron", cron, $"'{cron}' is not a cron expression of five fields.");
        if (spec.Recurrence is not { } every) return Error.Invalid("recurrence", null, "A schedule needs a cron expression or a recurrence.");
        if (every.Interval is < 1 or > 1000) return Error.Invalid("interval", $"{every.Interval}", "The interval is from 1 to 1000.");
        if (every.Hours.Any(h => h is < 0 or > 23)) return Error.Invalid("hours", string.Join(',', every.Hours), "Hours are from 0 to 23.");
        if (every.Minutes.Any(m => m is < 0 or > 59)) return Error.Invalid("minutes", string.Join(',', every.Minutes), "Minutes are from 0 to 59.");
        return every.MonthDays.Any(d => d is < 1 or > 31) ? Error.Invalid("monthDays", string.Join(',', every.MonthDays), "Days of a month are from 1 to 31.") : null;
    }

    /// <summary>The first time after <paramref name="after"/>; null when there is none any more.</summary>
    public static DateTimeOffset? Next(TimedSpec spec, DateTimeOffset anchor, DateTimeOffset after)
    {
        if (!spec.IsEnabled) return null;
        // What starts later is due at its start at the earliest, and then at it exactly.
        if (spec.Start is { } start && start > after) after = start.AddTicks(-1);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(spec.TimeZone);
        var next = spec.Cron is { } cron ? CronExpression.Parse(cron).GetNextOccurrence(after, zone) : Recurring(spec.Recurrence!, anchor, after, zone);
        return next is { } found && (spec.End is null || found < spec.End) ? found : null;
    }

    private static DateTimeOffset? Recurring(Recurrence every, DateTimeOffset anchor, DateTimeOffset after, TimeZoneInfo zone)
    {
        if (every.Unit is RecurrenceUnit.Minute or RecurrenceUnit.Hour)
        {
            var step = (every.Unit == RecurrenceUnit.Minute ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1)) * every.Interval;
            return after < anchor ? anchor : anchor + step * ((after - anchor).Ticks / step.Ticks + 1);
        }
        var first = TimeZoneInfo.ConvertTime(anchor, zone).DateTime;
        var from = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        var period = Math.Max(0, Periods(every.Unit, first, from) / every.Interval * every.Interval);
        for (var i = 0; i < MostPeriods; i++, period += every.Interval)
        {
            foreach (var time in Times(every, first, period))
            {
                // An hour that the clocks leave out is made up for when they have moved on.
                var real = zone.IsInvalidTime(time) ? time.AddHours(1) : time;
                var due = new DateTimeOffset(real, zone.GetUtcOffset(real)).ToUniversalTime();
                if (due > after && due >= anchor) return due;
            }
        }
        return null;
    }

    private static int Periods(RecurrenceUnit unit, DateTime first, DateTime time) => unit switch
    {
        RecurrenceUnit.Day => (time.Date - first.Date).Days,
        RecurrenceUnit.Week => (Monday(time) - Monday(first)).Days / 7,
        _ => (time.Year - first.Year) * 12 + time.Month - first.Month,
    };

    private static IEnumerable<DateTime> Times(Recurrence every, DateTime first, int period)
    {
        IEnumerable<DateTime> days = every.Unit switch
        {
            RecurrenceUnit.Day => [first.Date.AddDays(period)],
            RecurrenceUnit.Week => (every.WeekDays.Count > 0 ? every.WeekDays : [first.DayOfWeek]).Select(d => Monday(first).AddDays(7 * period + ((int)d + 6) % 7)),
            _ => Month(every, first, period),
        };
        var hours = every.Hours.Count > 0 ? every.Hours : [first.Hour];
        var minutes = every.Minutes.Count > 0 ? every.Minutes : [first.Minute];
        // A time of the start's own keeps its seconds; one that was given begins its minute.
        var seconds = every.Hours.Count + every.Minutes.Count > 0 ? TimeSpan.Zero : TimeSpan.FromTicks(first.TimeOfDay.Ticks % TimeSpan.TicksPerMinute);
        return days.SelectMany(d => hours.SelectMany(h => minutes.Select(m => d.AddHours(h).AddMinutes(m) + seconds))).Order();
    }

    private static IEnumerable<DateTime> Month(Recurrence every, DateTime first, int period)
    {
        var month = new DateTime(first.Year, first.Month, 1).AddMonths(period);
        return (every.MonthDays.Count > 0 ? every.MonthDays : [first.Day]).Where(d => d <= DateTime.DaysInMonth(month.Year, month.Month)).Select(d => month.AddDays(d - 1));
    }

    private static DateTime Monday(DateTime time) => time.Date.AddDays(-(((int)time.DayOfWeek + 6) % 7));
}
