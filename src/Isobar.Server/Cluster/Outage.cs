namespace Isobar.Server.Cluster;

/// <summary>When it is told that something is away that is tried again and again: at once, then after a minute, and each time after twice as long, up to an hour.</summary>
internal sealed class Outage(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1);
    private DateTimeOffset? _began;
    private DateTimeOffset _next;
    private TimeSpan _pause;

    /// <summary>It is away; whether that is told now.</summary>
    public bool Goes()
    {
        var now = time.GetUtcNow();
        if (_began is null) (_began, _next, _pause) = (now, now, First);
        if (now < _next) return false;
        _next = now + _pause;
        _pause = _pause * 2 < Longest ? _pause * 2 : Longest;
        return true;
    }

    /// <summary>It is there; how long it was away, null where it was not.</summary>
    public TimeSpan? Ends()
    {
        var gone = time.GetUtcNow() - _began;
        _began = null;
        return gone;
    }
}
