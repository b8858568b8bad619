namespace Isobar.MultiCloud.Alerts;

/// <summary>Requests of a window, and those that broke the objective.</summary>
public readonly record struct RequestCounts(double Requests, double Bad)
{
    /// <summary>The share that broke it; of no requests, none.</summary>
    public double Share => Requests > 0 ? Bad / Requests : 0;
}

/// <summary>A pair of windows that must both burn: the long one says that it matters, the short one that it goes on.</summary>
/// <param name="Rate">How many times as fast as the budget allows.</param>
public sealed record BurnWindow(TimeSpan Long, TimeSpan Short, double Rate, string Severity);

/// <summary>Tells when the error budget of an objective burns too fast, over several windows.</summary>
public static class BurnRate
{
    private static readonly double[] Shares = [0.02, 0.05, 0.1];

    /// <summary>The windows for a period of 28 to 30 days: 2 percent of the budget in an hour, 5 in six hours, 10 in three days.</summary>
    public static IReadOnlyList<BurnWindow> Windows { get; } =
    [
        new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), 14.4, "page"),
        new(TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), 6, "page"),
        new(TimeSpan.FromDays(3), TimeSpan.FromHours(6), 1, "ticket"),
    ];

    /// <summary>The windows for another period: the same shares of its budget, in the same times.</summary>
    public static IReadOnlyList<BurnWindow> WindowsOf(double days) =>
        [.. Windows.Zip(Shares, (w, share) => w with { Rate = share * days * 24 / w.Long.TotalHours }).Where(w => w.Long <= TimeSpan.FromDays(days))];

    /// <summary>The first window that burns, or null.</summary>
    /// <param name="availability">The objective, in percent.</param>
    /// <param name="counts">What was counted in the time before now.</param>
    /// <param name="days">The period that the objective holds for.</param>
    public static BurnWindow? Of(double availability, Func<TimeSpan, RequestCounts> counts, double days = 30)
    {
        var (budget, windows) = (1 - availability / 100, WindowsOf(days));
        if (budget <= 0) return windows.FirstOrDefault(w => counts(w.Long).Bad > 0 && counts(w.Short).Bad > 0);
        return windows.FirstOrDefault(w => counts(w.Long).Share >= w.Rate * budget && counts(w.Short).Share >= w.Rate * budget);
    }
}
