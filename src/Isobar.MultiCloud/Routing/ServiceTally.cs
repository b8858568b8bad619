using Isobar.MultiCloud.Failover;

namespace Isobar.MultiCloud.Routing;

/// <summary>What callers of a service saw, whichever backends were asked behind it. Without a lock.</summary>
public sealed class ServiceTally
{
    private readonly LatencyHistogram _times = new();
    private long _failed;

    /// <summary>A request ended.</summary>
    public void Add(bool failed, double microseconds)
    {
        if (failed) Interlocked.Increment(ref _failed);
        else _times.Add(microseconds);
    }

    /// <summary>What was counted since the service was set up.</summary>
    /// <param name="slowMs">Above how many milliseconds an answer is slow; null: none is.</param>
    public TallyCounts Read(double? slowMs) => TallyCounts.Of(_times.Snapshot(), Volatile.Read(ref _failed), slowMs);

    /// <summary>How long answers took, and how many requests failed.</summary>
    public (int[] Times, long Failed) Snapshot() => (_times.Snapshot(), Volatile.Read(ref _failed));
}

/// <summary>What callers saw.</summary>
/// <param name="Slow">Of the answered ones: later than wanted.</param>
public readonly record struct TallyCounts(long Answered, long Failed, long Slow)
{
    /// <summary>Those of a histogram of answers.</summary>
    public static TallyCounts Of(ReadOnlySpan<int> times, long failed, double? slowMs)
    {
        long answered = 0, slow = 0;
        for (var i = 0; i < times.Length; i++)
        {
            answered += times[i];
            if (slowMs is { } most && LatencyHistogram.ValueOf(i) > most * 1000) slow += times[i];
        }
        return new(answered, failed, slow);
    }
}
