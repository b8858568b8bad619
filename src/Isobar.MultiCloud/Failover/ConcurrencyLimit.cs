namespace Isobar.MultiCloud.Failover;

/// <summary>Requests that may be under way at once; more are refused at once instead of queued, so that those inside stay fast.</summary>
public sealed class ConcurrencyLimit(int most)
{
    private int _inside;

    /// <summary>Requests under way.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Whether nobody can enter now.</summary>
    public bool IsFull => Inside >= most;

    /// <summary>Enters; each that entered leaves by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= most) return true;
        Interlocked.Decrement(ref _inside);
        return false;
    }

    /// <summary>Ends a stay.</summary>
    public void Leave() => Interlocked.Decrement(ref _inside);
}
