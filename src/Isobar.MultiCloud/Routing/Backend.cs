using Isobar.MultiCloud.Failover;

namespace Isobar.MultiCloud.Routing;

/// <summary>How a request to a backend ended.</summary>
public enum Outcome
{
    /// <summary>Answered.</summary>
    Answered,
    /// <summary>Refused by the backend's fault: an error, a broken connection.</summary>
    Failed,
    /// <summary>Not answered in time.</summary>
    TimedOut,
    /// <summary>Another backend answered first, long after this one should have.</summary>
    Overtaken,
    /// <summary>Its caller went away; says nothing about the backend.</summary>
    Withdrawn,
}

/// <summary>A backend as it lives: its health, its load and what has been counted. Nothing here takes a lock while all is well.</summary>
public sealed class Backend
{
    private static readonly TimeSpan LatencyMemory = TimeSpan.FromSeconds(10);
    private readonly TimeProvider _time;
    private int _pending;
    private long _requests, _failures, _timeouts, _overtaken, _sent, _received, _lastAnswered;

    /// <summary>A backend of a service.</summary>
    public Backend(BackendDefinition definition, ServiceDefinition service, TimeProvider time)
    {
        (Definition, _time) = (definition, time);
        Breaker = new CircuitBreaker(new BreakerOptions { ConsecutiveFailures = service.Resilience.BreakAfter, FirstPause = TimeSpan.FromMilliseconds(service.Resilience.BreakMs) }, time);
        Probe = new ProbeState(service.Health.FailuresToFall, service.Health.SuccessesToRise);
        Latency = new PeakEwma(LatencyMemory, time);
    }

    /// <summary>What it was told to be.</summary>
    public BackendDefinition Definition { get; }
    /// <summary>What its own failures have led to.</summary>
    public CircuitBreaker Breaker { get; }
    /// <summary>What health checks have found.</summary>
    public ProbeState Probe { get; }
    /// <summary>How long it takes of late.</summary>
    public PeakEwma Latency { get; }
    /// <summary>How long its answers took.</summary>
    public LatencyHistogram Times { get; } = new();

    /// <summary>Whether it may be asked.</summary>
    public bool IsAvailable => Probe.IsUp && Breaker.Allows;
    /// <summary>Requests under way.</summary>
    public int Pending => Volatile.Read(ref _pending);
    /// <summary>When it last answered, as a timestamp.</summary>
    public long LastAnswered => Volatile.Read(ref _lastAnswered);
    /// <summary>What has been counted.</summary>
    public BackendCounts Counts => new(Volatile.Read(ref _requests), Volatile.Read(ref _failures), Volatile.Read(ref _timeouts), Volatile.Read(ref _overtaken), Volatile.Read(ref _sent), Volatile.Read(ref _received));

    /// <summary>A request begins; gives the time to hand to <see cref="End"/>.</summary>
    public long Begin(int bytes)
    {
        Interlocked.Increment(ref _pending);
        Interlocked.Increment(ref _requests);
        if (bytes > 0) Interlocked.Add(ref _sent, bytes);
        return _time.GetTimestamp();
    }

    /// <summary>A request ends.</summary>
    public void End(long began, Outcome outcome, int bytes)
    {
        Interlocked.Decrement(ref _pending);
        var now = _time.GetTimestamp();
        var microseconds = (now - began) * 1e6 / _time.TimestampFrequency;
        if (bytes > 0) Interlocked.Add(ref _received, bytes);
        switch (outcome)
        {
            case Outcome.Answered:
                Volatile.Write(ref _lastAnswered, now);
                Latency.Observe(microseconds);
                Times.Add(microseconds);
                Breaker.Succeeded();
                return;
            case Outcome.Withdrawn:
                Breaker.Withdrawn();
                return;
            case Outcome.TimedOut:
                Interlocked.Increment(ref _timeouts);
                break;
            case Outcome.Overtaken:
                Interlocked.Increment(ref _overtaken);
                break;
        }
        if (outcome != Outcome.Overtaken) Interlocked.Increment(ref _failures);
        // A failure that came at once must not make the backend look fast.
        if (outcome != Outcome.Failed) Latency.Observe(microseconds);
        Breaker.Failed();
    }
}

/// <summary>What a backend has done since it was set up.</summary>
/// <param name="Requests">Tries, second ones included.</param>
/// <param name="Failures">Of these: failed or timed out.</param>
/// <param name="TimedOut">Of the failures: not answered in time.</param>
/// <param name="Overtaken">Tries that another backend answered first.</param>
/// <param name="BytesSent">Bytes of requests.</param>
/// <param name="BytesReceived">Bytes of answers.</param>
public readonly record struct BackendCounts(long Requests, long Failures, long TimedOut, long Overtaken, long BytesSent, long BytesReceived);
