namespace Isobar.MultiCloud.Failover;

/// <summary>Where a circuit breaker stands.</summary>
public enum BreakerState
{
    /// <summary>Requests pass.</summary>
    Closed,
    /// <summary>No request passes until its pause is over.</summary>
    Open,
    /// <summary>One request at a time passes, to see.</summary>
    HalfOpen,
}
