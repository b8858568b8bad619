namespace Isobar.Server.Gateway.Keys;

/// <summary>Requests of a key within a day of UTC: those that all servers have written down, and those of this one since.</summary>
internal sealed class DailyQuota(long most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateOnly _day;
    private long _written, _since;

    public long Most => most;

    /// <summary>What is to be written down.</summary>
    public (DateOnly Day, long Requests) Since
    {
        get
        {
            lock (_lock) return (_day, _since);
        }
    }

    /// <summary>This many of a day were written down, and now there are so many of it in all; of another day, nothing changes.</summary>
    public void Wrote(DateOnly day, long requests, long all)
    {
        lock (_lock)
        {
            if (day > _day) (_day, _since) = (day, 0);
            if (day == _day) (_written, _since) = (all, Math.Max(0, _since - requests));
        }
    }

    /// <summary>Takes one; the time until the next day where none is left.</summary>
    public TimeSpan? TryTake()
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        lock (_lock)
        {
            if (_day != today) (_day, _written, _since) = (today, 0, 0);
            if (_written + _since < most)
            {
                _since++;
                return null;
            }
        }
        return today.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - now.UtcDateTime;
    }
}
