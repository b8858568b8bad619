using System.Collections.Concurrent;
using Isobar.MultiCloud.Costs;

namespace Isobar.Server.Dashboard.Reads;

/// <summary>What was used in an hour of UTC.</summary>
internal sealed record SpendHour(DateTimeOffset Hour, IReadOnlyList<UsageLine> Lines);

/// <summary>Costs by the hour, from the same meter as the bill. An hour that is over is read once more after it ended, and then kept.</summary>
internal sealed class SpendHistory(IUsage usage, TimeProvider time)
{
    public const int Hours = 24;
    private static readonly TimeSpan KeepThis = TimeSpan.FromSeconds(10), Late = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<DateTimeOffset, (SpendHour Read, DateTimeOffset At)> _kept = new();

    /// <summary>The last day, oldest first.</summary>
    public async Task<IReadOnlyList<SpendHour>> DayAsync()
    {
        var now = time.GetUtcNow();
        var last = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        foreach (var old in _kept.Keys.Where(h => h <= last.AddHours(-Hours))) _kept.TryRemove(old, out _);
        var day = new SpendHour[Hours];
        for (var i = 0; i < Hours; i++) day[i] = await HourAsync(last.AddHours(i - Hours + 1), now).ConfigureAwait(false);
        return day;
    }

    private async Task<SpendHour> HourAsync(DateTimeOffset hour, DateTimeOffset now)
    {
        var end = hour.AddHours(1);
        // What was used at an hour's end may be told a little later.
        if (_kept.TryGetValue(hour, out var kept) && (kept.At > end + Late || now - kept.At < KeepThis)) return kept.Read;
        var read = new SpendHour(hour, await usage.ReadAsync(hour, end, CancellationToken.None).ConfigureAwait(false));
        _kept[hour] = (read, now);
        return read;
    }
}
