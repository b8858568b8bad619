namespace Isobar.MultiCloud.Routing;

/// <summary>What copies of requests to a shadow have shown.</summary>
public sealed class ShadowCounts
{
    private long _compared, _different, _failed, _skipped;

    /// <summary>Copies that both sides answered.</summary>
    public long Compared => Volatile.Read(ref _compared);
    /// <summary>Of these: with another prediction.</summary>
    public long Different => Volatile.Read(ref _different);
    /// <summary>Copies that the shadow did not answer.</summary>
    public long Failed => Volatile.Read(ref _failed);
    /// <summary>Requests that were not copied, since too many copies were under way.</summary>
    public long Skipped => Volatile.Read(ref _skipped);

    /// <summary>Both sides answered.</summary>
    public void Compare(bool equal)
    {
        Interlocked.Increment(ref _compared);
        if (!equal) Interlocked.Increment(ref _different);
    }

    /// <summary>The shadow did not answer.</summary>
    public void Fail() => Interlocked.Increment(ref _failed);

    /// <summary>No copy was made.</summary>
    public void Skip() => Interlocked.Increment(ref _skipped);
}
