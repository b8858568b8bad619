namespace Isobar.MultiCloud.Failover;

/// <summary>
/// Leaves a failing backend alone and lets single requests find out whether it is back. Closed, it costs a request two reads and one
/// interlocked addition: this is why it is not Polly's, which makes a context and passes a delegate for each call.
/// </summary>
public sealed class CircuitBreaker(BreakerOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _state, _inRow, _passed, _failed, _trial;
    private long _windowEnd, _until;
    private int _pauses;

    /// <summary>Where it stands.</summary>
    public BreakerState State => (BreakerState)Volatile.Read(ref _state);

    /// <summary>Whether a request may pass now.</summary>
    public bool Allows => State switch
    {
        BreakerState.Closed => true,
        BreakerState.Open => time.GetTimestamp() >= Volatile.Read(ref _until),
        _ => Volatile.Read(ref _trial) == 0,
    };

    /// <summary>Lets a request pass, or not. Each one that passed tells <see cref="Succeeded"/>, <see cref="Failed"/> or <see cref="Withdrawn"/>.</summary>
    public bool TryEnter()
    {
        if (State == BreakerState.Closed) return true;
        lock (_lock)
        {
            if (State == BreakerState.Closed) return true;
            if (State == BreakerState.Open)
            {
                if (time.GetTimestamp() < _until) return false;
                Volatile.Write(ref _state, (int)BreakerState.HalfOpen);
                _trial = 0;
            }
            if (_trial != 0) return false;
            _trial = 1;
            return true;
        }
    }

    /// <summary>The request was answered.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _inRow) != 0) Volatile.Write(ref _inRow, 0);
        Interlocked.Increment(ref _passed);
        if (State != BreakerState.HalfOpen) return;
        lock (_lock)
        {
            if (State == BreakerState.HalfOpen) Close();
        }
    }

    /// <summary>The request failed by the backend's fault.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            switch (State)
            {
                case BreakerState.HalfOpen:
                    Open(now);
                    return;
                // Requests that were under way when it opened say nothing new.
                case BreakerState.Open:
                    return;
            }
            if (now > _windowEnd)
            {
                (_passed, _failed) = (0, 0);
                _windowEnd = now + Ticks(options.Window);
            }
            _failed++;
            _inRow++;
            var all = _failed + Volatile.Read(ref _passed);
            if (_inRow >= options.ConsecutiveFailures || (all >= options.MinRequests && _failed >= all * options.FailureRate)) Open(now);
        }
    }

    /// <summary>The request ended without a verdict: its caller went away, or another backend was faster.</summary>
    public void Withdrawn()
    {
        if (State != BreakerState.HalfOpen) return;
        lock (_lock) _trial = 0;
    }

    /// <summary>A health check found the backend well: its pause ends now, and the next request is the trial.</summary>
    public void EndPause()
    {
        if (State != BreakerState.Open) return;
        lock (_lock) _until = Math.Min(_until, time.GetTimestamp());
    }

    private void Open(long now)
    {
        var pause = TimeSpan.FromTicks((long)Math.Min(options.LongestPause.Ticks, options.FirstPause.Ticks * Math.Pow(2, _pauses)));
        _pauses = Math.Min(_pauses + 1, 30);
        Volatile.Write(ref _until, now + Ticks(pause));
        _trial = 0;
        Volatile.Write(ref _state, (int)BreakerState.Open);
    }

    private void Close()
    {
        (_inRow, _passed, _failed, _pauses, _trial, _windowEnd) = (0, 0, 0, 0, 0, 0);
        Volatile.Write(ref _state, (int)BreakerState.Closed);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
