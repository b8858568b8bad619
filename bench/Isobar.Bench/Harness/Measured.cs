using System.Diagnostics;

namespace Isobar.Bench.Harness;

/// <summary>What one measurement came to.</summary>
/// <param name="PerSecond">Operations a second, or MB a second.</param>
/// <param name="P50Ms">Median latency.</param>
/// <param name="P99Ms">99th percentile.</param>
internal sealed record Measured(double PerSecond, double P50Ms, double P99Ms)
{
    /// <summary>Runs <paramref name="total"/> operations over so many callers, each waiting for its answer before it asks again.</summary>
    public static async Task<Measured> OperationsAsync(int total, int callers, Func<int, Task> operation)
    {
        var times = new double[total];
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < total;)
            {
                var start = Stopwatch.GetTimestamp();
                await operation(i);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        })));
        var elapsed = watch.Elapsed.TotalSeconds;
        Array.Sort(times);
        return new Measured(total / elapsed, times[total / 2], times[(int)(total * 0.99)]);
    }

    /// <summary>Times one transfer.</summary>
    public static async Task<Measured> TransferAsync(long bytes, Func<Task> transfer)
    {
        var watch = Stopwatch.StartNew();
        await transfer();
        return new Measured(bytes / 1e6 / watch.Elapsed.TotalSeconds, watch.Elapsed.TotalMilliseconds, watch.Elapsed.TotalMilliseconds);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
