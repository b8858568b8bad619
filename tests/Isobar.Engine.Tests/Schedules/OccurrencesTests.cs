using Isobar.Engine.Schedules;

namespace Isobar.Engine.Tests.Schedules;

public sealed class OccurrencesTests
{
    // A Wednesday.
    private static readonly DateTimeOffset Anchor = new(2026, 1, 7, 10, 30, 20, TimeSpan.Zero);

    [Fact]
    public void Next_EveryQuarterOfAnHour_CountsFromTheAnchor() =>
        Assert.Equal(["10:45:20", "11:00:20", "11:15:20"], Take(new Recurrence(RecurrenceUnit.Minute, 15), 3).Select(t => t.ToString("HH:mm:ss")));

    [Fact]
    public void Next_EveryOtherDayAtTimes_PassesOverTheDaysBetween() =>
        Assert.Equal(["07 18:00", "07 18:30", "09 06:00", "09 06:30", "09 18:00"], Take(new Recurrence(RecurrenceUnit.Day, 2) { Hours = [18, 6], Minutes = [0, 30] }, 5).Select(t => t.ToString("dd HH:mm")));

    [Fact]
    public void Next_EveryOtherWeekOnDays_KeepsToItsWeeks() =>
        Assert.Equal(["09 00:00", "19 00:00", "23 00:00"], Take(new Recurrence(RecurrenceUnit.Week, 2) { WeekDays = [DayOfWeek.Friday, DayOfWeek.Monday], Hours = [0], Minutes = [0] }, 3).Select(t => t.ToString("dd HH:mm")));

    [Fact]
    public void Next_EveryMonthOnThe31st_PassesOverShortMonths() =>
        Assert.Equal(["01-31 10:30:20", "03-31 10:30:20", "05-31 10:30:20"], Take(new Recurrence(RecurrenceUnit.Month, 1) { MonthDays = [31] }, 3).Select(t => t.ToString("MM-dd HH:mm:ss")));

    [Fact]
    public void Next_InAZoneWhoseClocksMove_StaysAtItsHour()
    {
        var spec = Spec(new Recurrence(RecurrenceUnit.Day, 1) { Hours = [12], Minutes = [0] }) with { TimeZone = "Europe/Berlin" };
        Assert.Equal(11, Occurrences.Next(spec, Anchor, new DateTimeOffset(2026, 3, 28, 0, 0, 0, TimeSpan.Zero))!.Value.UtcDateTime.Hour);
        Assert.Equal(10, Occurrences.Next(spec, Anchor, new DateTimeOffset(2026, 3, 29, 0, 0, 0, TimeSpan.Zero))!.Value.UtcDateTime.Hour);
    }

    [Fact]
    public void Next_BeforeItsStartAndAfterItsEnd_IsAtTheStartAndNotAtAll()
    {
        var spec = new TimedSpec { Id = "s", Owner = "x", Cron = "0 * * * *", Start = Anchor.AddDays(1), End = Anchor.AddDays(1).AddHours(2) };
        Assert.Equal(new DateTimeOffset(2026, 1, 8, 11, 0, 0, TimeSpan.Zero), Occurrences.Next(spec, Anchor, Anchor));
        Assert.Null(Occurrences.Next(spec, Anchor, Anchor.AddDays(1).AddHours(2)));
        Assert.Null(Occurrences.Next(spec with { IsEnabled = false }, Anchor, Anchor));
    }

    [Theory]
    [InlineData("not cron", "UTC", "cron")]
    [InlineData("0 * * * *", "Middle/Earth", "timeZone")]
    public void Fault_OfASpec_NamesTheField(string cron, string zone, string field) => Assert.Equal(field, Occurrences.Fault(new TimedSpec { Id = "s", Owner = "x", Cron = cron, TimeZone = zone })!.Faults[0].Field);

    private static TimedSpec Spec(Recurrence every) => new() { Id = "s", Owner = "x", Recurrence = every };

    private static IEnumerable<DateTimeOffset> Take(Recurrence every, int count)
    {
        var at = Anchor;
        for (var i = 0; i < count; i++)
        {
            at = Occurrences.Next(Spec(every), Anchor, at)!.Value;
            yield return at;
        }
    }
}
