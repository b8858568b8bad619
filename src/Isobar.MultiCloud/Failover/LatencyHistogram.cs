using System.Numerics;

namespace Isobar.MultiCloud.Failover;

/// <summary>Counts latencies in buckets 6% wide from 1 µs to over an hour, without a lock and without floating point.</summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 4, Octaves = 32;
    private readonly int[] _counts = new int[(Octaves + 1) << SubBits];

    /// <summary>The number of buckets.</summary>
    public static int Buckets => (Octaves + 1) << SubBits;

    /// <summary>Counts one.</summary>
    public void Add(double microseconds) => Interlocked.Increment(ref _counts[BucketOf(microseconds)]);

    /// <summary>What has been counted so far, to compare with later.</summary>
    public int[] Snapshot() => (int[])_counts.Clone();

    /// <summary>The counts since an earlier snapshot; null: since the beginning.</summary>
    public int[] Since(int[]? earlier)
    {
        var now = Snapshot();
        if (earlier is not null)
            for (var i = 0; i < now.Length; i++) now[i] -= earlier[i];
        return now;
    }

    /// <summary>The latency in microseconds below which this share of the counts lies; null without any.</summary>
    public static double? Quantile(ReadOnlySpan<int> counts, double share)
    {
        long total = 0;
        foreach (var count in counts) total += count;
        if (total == 0) return null;
        var rank = (long)Math.Ceiling(total * share);
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
            if ((seen += counts[i]) >= Math.Max(1, rank)) return ValueOf(i);
        return ValueOf(counts.Length - 1);
    }

    /// <summary>The middle of a bucket, in microseconds.</summary>
    public static double ValueOf(int bucket)
    {
        if (bucket < 1 << SubBits) return bucket;
        var octave = (bucket >> SubBits) - 1;
        return ((1 << SubBits) + (bucket & ((1 << SubBits) - 1)) + 0.5) * Math.Pow(2, octave);
    }

    /// <summary>The bucket of a latency.</summary>
    public static int BucketOf(double microseconds)
    {
        var value = microseconds >= uint.MaxValue ? uint.MaxValue : microseconds <= 0 ? 0 : (uint)microseconds;
        if (value < 1 << SubBits) return (int)value;
        var octave = BitOperations.Log2(value) - SubBits;
        return ((octave + 1) << SubBits) + (int)((value >> octave) & ((1 << SubBits) - 1));
    }
}
