namespace Isobar.Engine.Schedules;

/// <summary>The unit of a recurrence.</summary>
public enum RecurrenceUnit
{
    /// <summary>Minutes.</summary>
    Minute,
    /// <summary>Hours.</summary>
    Hour,
    /// <summary>Days of the calendar.</summary>
    Day,
    /// <summary>Weeks that begin on Monday.</summary>
    Week,
    /// <summary>Months of the calendar.</summary>
    Month,
}

/// <summary>Every so many units, counted from the start; of days, weeks and months at the given times of the given days.</summary>
public sealed record Recurrence(RecurrenceUnit Unit, int Interval)
{
    /// <summary>Hours of the day; empty: the start's own.</summary>
    public IReadOnlyList<int> Hours { get; init; } = [];
    /// <summary>Minutes of each hour; empty: the start's own.</summary>
    public IReadOnlyList<int> Minutes { get; init; } = [];
    /// <summary>Of weeks; empty: the start's own.</summary>
    public IReadOnlyList<DayOfWeek> WeekDays { get; init; } = [];
    /// <summary>Of months, from 1; empty: the start's own. A month without the day is passed over.</summary>
    public IReadOnlyList<int> MonthDays { get; init; } = [];
}

/// <summary>When something is to be done, cloud-neutral: one of <see cref="Cron"/> and <see cref="Recurrence"/> is set.</summary>
public sealed record TimedSpec
{
    /// <summary>Unique over all clouds.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose schedule it is; names the <see cref="ITimedTarget"/>.</summary>
    public required string Owner { get; init; }
    /// <summary>Five cron fields.</summary>
    public string? Cron { get; init; }
    /// <summary>Every so often.</summary>
    public Recurrence? Recurrence { get; init; }
    /// <summary>The zone of its clock, by its name in the zones' database.</summary>
    public string TimeZone { get; init; } = "UTC";
    /// <summary>The first time that counts; null: when the schedule is made.</summary>
    public DateTimeOffset? Start { get; init; }
    /// <summary>The time from which on nothing is due any more.</summary>
    public DateTimeOffset? End { get; init; }
    /// <summary>Whether it runs at all.</summary>
    public bool IsEnabled { get; init; } = true;
    /// <summary>Every turn that was missed since then is made up for, one after another; null: none is.</summary>
    public DateTimeOffset? MissedSince { get; init; }
}

/// <summary>A schedule with its life so far.</summary>
public sealed record TimedSchedule
{
    /// <summary>What was asked for.</summary>
    public required TimedSpec Spec { get; init; }
    /// <summary>From when its intervals are counted.</summary>
    public required DateTimeOffset Anchor { get; init; }
    /// <summary>When it is due next; null: not again.</summary>
    public DateTimeOffset? NextDue { get; init; }
    /// <summary>When it was last due.</summary>
    public DateTimeOffset? LastDue { get; init; }
    /// <summary>Whether turns that were missed are made up for, each: until it is up to date.</summary>
    public bool IsBehind { get; init; }
    /// <summary>Why its last turn came to nothing; null: it did not.</summary>
    public string? LastFault { get; init; }
}
