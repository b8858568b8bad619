namespace Isobar.MultiCloud.Failover;

/// <summary>When a backend is left alone, and for how long.</summary>
public sealed record BreakerOptions
{
    /// <summary>Failures in a row that open it.</summary>
    public int ConsecutiveFailures { get; init; } = 5;
    /// <summary>The share of failures within <see cref="Window"/> that opens it, from 0 to 1.</summary>
    public double FailureRate { get; init; } = 0.5;
    /// <summary>Requests within the window below which the share says nothing.</summary>
    public int MinRequests { get; init; } = 20;
    /// <summary>Over how long the share is taken.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>The first pause; each one after a failed trial is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
