using Isobar.Core.Results;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Upstreams;

namespace Isobar.Server.Gateway.Dispatch;

/// <summary>The state of one request on its way.</summary>
internal sealed class DispatchRun(LiveService service, PredictionCall call, Exchange exchange, TimeProvider time)
{
    private readonly MultiCloud.Routing.ResilienceDefinition _rules = service.Route.Definition.Resilience;
    private Attempt? _only;
    private List<Attempt>? _running;
    private Attempt? _failed;
    private ulong _tried;
    private int _tries, _open;
    private long _moreAt = long.MaxValue;

    private long Now => time.GetTimestamp();

    public bool IsLate => Now >= call.Deadline;

    /// <summary>Whether a second try was planned for now.</summary>
    public bool IsMoreDue => Now >= _moreAt;

    /// <summary>Begins a try at the best backend that has not been tried.</summary>
    public void Start()
    {
        _moreAt = long.MaxValue;
        var index = service.Route.Pick(_tried, call.StickyKey);
        // All were tried and none is well: those that were are asked again.
        if (index < 0) index = service.Route.Pick(0, call.StickyKey);
        _tried |= 1UL << index;
        _tries++;
        _open++;
        var backend = service.Route.Backends[index];
        var attempt = new Attempt(index, backend, backend.Begin(call.Body.Length));
        if (_only is null && _running is null) _only = attempt;
        else
        {
            _running ??= [_only!];
            _running.Add(attempt);
        }
        if (_tries == 1 && _rules.Hedge && _rules.Repeatable && service.Route.Backends.Count > 1) _moreAt = attempt.Began + Ticks(TimeSpan.FromMilliseconds(service.Route.HedgeAfterMs));
        attempt.Start(service.Upstreams[index], call, exchange);
    }

    public TimeSpan UntilNextAlarm()
    {
        var next = Math.Min(call.Deadline, _moreAt);
        if (_running is null)
        {
            if (IsRunning(_only!)) next = Math.Min(next, _only!.Began + Ticks(TryTime));
        }
        else
            foreach (var attempt in _running)
                if (IsRunning(attempt)) next = Math.Min(next, attempt.Began + Ticks(TryTime));
        return TimeSpan.FromSeconds(Math.Max(0, (double)(next - Now) / time.TimestampFrequency)) + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>A try was answered.</summary>
    public Dispatched Won(Attempt winner)
    {
        _open--;
        _failed?.Reply?.Dispose();
        if (_running is not null)
            foreach (var other in _running)
                if (other != winner && other.Reply is null) other.Lose(TimeSpan.FromSeconds((double)(other.Began + Ticks(TryTime) - Now) / time.TimestampFrequency));
        return new(winner.Reply!, winner.Backend, _tries);
    }

    /// <summary>A try failed: another begins, now or after a pause, or one that is under way is waited for, or this failure is the answer.</summary>
    public Dispatched? Lost(Attempt attempt)
    {
        _open--;
        _failed?.Reply?.Dispose();
        _failed = attempt;
        _moreAt = long.MaxValue;
        var mayRepeat = (_rules.Repeatable || attempt.Reply!.NeverSent) && _tries < _rules.MaxTries && !IsLate;
        var elsewhere = service.Route.HasUntried(_tried);
        if (mayRepeat && (elsewhere || _open == 0) && service.Route.Budget.TryWithdraw())
        {
            if (elsewhere) Start();
            else _moreAt = Now + Ticks(Dispatcher.Pause(_tries));
        }
        return _open > 0 || _moreAt != long.MaxValue ? null : new(attempt.Reply!, attempt.Backend, _tries);
    }

    /// <summary>The moment for which a second try was planned: a repetition after a pause, or one beside a slow first try.</summary>
    public void More()
    {
        _moreAt = long.MaxValue;
        if (_failed is null && (_tries >= _rules.MaxTries || !service.Route.HasUntried(_tried) || !service.Route.Budget.TryWithdraw())) return;
        Start();
    }

    /// <summary>Gives up tries that have taken too long; each ends by itself a moment later.</summary>
    public void TimeOutSlow()
    {
        if (_running is null) TimeOut(_only!);
        else
            foreach (var attempt in _running) TimeOut(attempt);

        void TimeOut(Attempt attempt)
        {
            if (IsRunning(attempt) && Now >= attempt.Began + Ticks(TryTime)) attempt.TimeOut();
        }
    }

    /// <summary>The deadline has passed.</summary>
    public Dispatched Expired()
    {
        _failed?.Reply?.Dispose();
        foreach (var attempt in _running ?? (IEnumerable<Attempt>)[_only!])
            if (attempt.Reply is null) attempt.TimeOut();
        return new(UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, $"The service {service.Route.Name} did not answer by the deadline.")), null, _tries);
    }

    /// <summary>Its caller has gone away.</summary>
    public Dispatched Withdrawn()
    {
        _failed?.Reply?.Dispose();
        foreach (var attempt in _running ?? (IEnumerable<Attempt>)[_only!])
            if (attempt.Reply is null) attempt.Withdraw(Now >= attempt.Began + Ticks(TimeSpan.FromMilliseconds(service.Route.HedgeAfterMs)));
        return new(UpstreamReply.Failed(new Error(ErrorCode.Cancelled, "The caller went away."), backendFault: false), (_running?[^1] ?? _only!).Backend, _tries);
    }

    private static bool IsRunning(Attempt attempt) => attempt is { Reply: null, TimedOut: false };

    private TimeSpan TryTime => TimeSpan.FromMilliseconds(_rules.TryTimeoutMs);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
