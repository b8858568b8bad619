namespace Isobar.Server.Gateway.Keys;

/// <summary>How fast a key may ask: a bucket of tokens that fills steadily. In a cluster each silo has a share of it, so that all together let through what the key may.</summary>
internal sealed class KeyRate(double perSecond, int? burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly double _burst = burst ?? Math.Max(1, Math.Ceiling(perSecond));
    private double _share = 1, _tokens = burst ?? Math.Max(1, Math.Ceiling(perSecond));
    private long _at = time.GetTimestamp(), _asked;

    /// <summary>How often it was asked since the start, in vain or not.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>Sets which part of the rate is this server's.</summary>
    public void Take(double share)
    {
        lock (_lock)
        {
            Fill();
            _share = share;
            _tokens = Math.Min(_tokens, Most);
        }
    }

    /// <summary>Takes one token; the time until there is one where there is none.</summary>
    public TimeSpan? TryTake()
    {
        Interlocked.Increment(ref _asked);
        lock (_lock)
        {
            Fill();
            if (_tokens < 1) return TimeSpan.FromSeconds((1 - _tokens) / (perSecond * _share));
            _tokens--;
            return null;
        }
    }

    // A server with the smallest share can still let one request through.
    private double Most => Math.Max(1, _burst * _share);

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(Most, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * perSecond * _share);
        _at = now;
    }
}
