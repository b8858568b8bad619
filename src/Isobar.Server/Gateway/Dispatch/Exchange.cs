using System.Threading.Tasks.Sources;

namespace Isobar.Server.Gateway.Dispatch;

/// <summary>Where the tries of one request and the clock meet: whoever waits is woken by the first of them. One timer, and no task or exception for a try that is still under way.</summary>
internal sealed class Exchange : IValueTaskSource<Attempt?>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<Attempt?> _core;
    private Attempt? _first, _second;
    private Queue<Attempt>? _more;
    private bool _waiting, _closed, _gone;

    public Exchange(TimeProvider time) => _timer = time.CreateTimer(static e => ((Exchange)e!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>The next try that ends; null once the time has passed.</summary>
    public ValueTask<Attempt?> NextAsync(TimeSpan within)
    {
        lock (_lock)
        {
            if (Take() is { } ended) return new(ended);
            if (_gone) return new((Attempt?)null);
            if (within <= TimeSpan.Zero) return new((Attempt?)null);
            _core.Reset();
            _waiting = true;
        }
        _timer.Change(within, Timeout.InfiniteTimeSpan);
        return new(this, _core.Version);
    }

    /// <summary>A try has ended; false when nobody wants to know any more.</summary>
    public bool Finish(Attempt attempt)
    {
        lock (_lock)
        {
            if (_closed) return false;
            if (!_waiting)
            {
                if (_first is null) _first = attempt;
                else if (_second is null) _second = attempt;
                else (_more ??= new()).Enqueue(attempt);
                return true;
            }
            _waiting = false;
        }
        _core.SetResult(attempt);
        return true;
    }

    /// <summary>The caller has gone away: who waits is woken, and nobody waits again.</summary>
    public void Leave()
    {
        lock (_lock) _gone = true;
        Ring();
    }

    /// <summary>Nobody waits any more; tries that had ended meanwhile give their replies back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            while (Take() is { } late) late.Reply?.Dispose();
        }
        _timer.Dispose();
    }

    private void Ring()
    {
        lock (_lock)
        {
            if (!_waiting) return;
            _waiting = false;
        }
        _core.SetResult(null);
    }

    private Attempt? Take()
    {
        var taken = _first;
        if (taken is not null) (_first, _second) = (_second, _more is { Count: > 0 } more ? more.Dequeue() : null);
        return taken;
    }

    Attempt? IValueTaskSource<Attempt?>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Attempt?>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Attempt?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);
}
