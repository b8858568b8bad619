using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Isobar.MultiCloud.Routing;

namespace Isobar.Server.Gateway.Keys;

/// <summary>Who asks: the bearer of a key or of a token, or anyone.</summary>
/// <param name="id">A key's id, <c>oidc:</c> and a subject, or <c>anyone</c>.</param>
internal sealed class Caller(string id, RateLimiter? rate = null, DailyQuota? quota = null) : IDisposable
{
    public static readonly Caller Anyone = new("anyone");
    private readonly ConcurrentDictionary<(string Service, Backend? Backend), UsageCell> _cells = new();

    public string Id => id;
    public RateLimiter? Rate => rate;
    public DailyQuota? Quota => quota;

    /// <summary>What it has used since the last taking.</summary>
    public UsageCell Cell(string service, Backend? backend) => _cells.TryGetValue((service, backend), out var cell) ? cell : _cells.GetOrAdd((service, backend), _ => new UsageCell());

    /// <summary>Takes out what was used.</summary>
    public IEnumerable<(string Service, string Backend, UsageSums Sums)> Take()
    {
        foreach (var ((service, backend), cell) in _cells)
            if (cell.Take() is { Requests: > 0 } sums) yield return (service, backend?.Definition.Name ?? "cache", sums);
    }

    public void Dispose() => rate?.Dispose();
}

/// <summary>Counts of one caller at one backend of one service.</summary>
internal sealed class UsageCell
{
    private long _requests, _failed, _in, _out;

    public void Add(bool failed, int received, int sent)
    {
        Interlocked.Increment(ref _requests);
        if (failed) Interlocked.Increment(ref _failed);
        Interlocked.Add(ref _in, received);
        Interlocked.Add(ref _out, sent);
    }

    public UsageSums Take() => new(Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _failed, 0), Interlocked.Exchange(ref _in, 0), Interlocked.Exchange(ref _out, 0));
}

/// <summary>What was used.</summary>
internal readonly record struct UsageSums(long Requests, long Failed, long BytesIn, long BytesOut);

/// <summary>Requests of a key within a day of UTC.</summary>
internal sealed class DailyQuota(long most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateOnly _day;
    private long _used;

    public long Most => most;

    /// <summary>Takes up the day's count where it stood before a restart.</summary>
    public void Resume(DateOnly day, long used)
    {
        lock (_lock) (_day, _used) = (day, used);
    }

    /// <summary>Takes one; the time until the next day where none is left.</summary>
    public TimeSpan? TryTake()
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        lock (_lock)
        {
            if (_day != today) (_day, _used) = (today, 0);
            if (_used < most)
            {
                _used++;
                return null;
            }
        }
        return today.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - now.UtcDateTime;
    }
}
