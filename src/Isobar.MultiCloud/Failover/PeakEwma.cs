namespace Isobar.MultiCloud.Failover;

/// <summary>
/// A moving average of latency that rises at once and falls slowly, and fades while nothing is asked, so that a backend that was slow is tried again.
/// Concurrent observations may lose one another: it is an estimate.
/// </summary>
public sealed class PeakEwma(TimeSpan memory, TimeProvider time)
{
    private double _microseconds;
    private long _at = time.GetTimestamp();

    /// <summary>Tells how long an answer took.</summary>
    public void Observe(double microseconds)
    {
        var now = time.GetTimestamp();
        var old = Volatile.Read(ref _microseconds);
        Volatile.Write(ref _microseconds, microseconds > old ? microseconds : microseconds + (old - microseconds) * Fade(now));
        Volatile.Write(ref _at, now);
    }

    /// <summary>The estimate now, in microseconds.</summary>
    public double Value => Volatile.Read(ref _microseconds) * Fade(time.GetTimestamp());

    private double Fade(long now) => Math.Exp(-(double)Math.Max(0, now - Volatile.Read(ref _at)) / time.TimestampFrequency / memory.TotalSeconds);
}
