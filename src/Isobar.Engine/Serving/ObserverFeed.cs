using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Serving;

/// <summary>Hands samples of the traffic to the observers, one after the other, off the path of the replies.</summary>
internal sealed class ObserverFeed : IAsyncDisposable
{
    private const int MaxQueued = 1024;

    private readonly Channel<ObservedInvocation> _queue = Channel.CreateBounded<ObservedInvocation>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly IInvocationObserver[] _observers;
    private readonly ILogger<ObserverFeed> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _dropped;
    private long _posted;
    private long _seen;

    public ObserverFeed(IEnumerable<IInvocationObserver> observers, ILogger<ObserverFeed> log)
    {
        (_observers, _log) = ([.. observers], log);
        _loop = Task.Run(RunAsync);
    }

    public bool HasObservers => _observers.Length > 0;

    /// <summary>Samples lost because the observers were behind.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Samples that the observers are through with.</summary>
    public long Seen => Volatile.Read(ref _seen);

    public void Post(ObservedInvocation invocation)
    {
        if (_queue.Writer.TryWrite(invocation)) Interlocked.Increment(ref _posted);
        else Interlocked.Increment(ref _dropped);
    }

    /// <summary>Copies a request and its reply for the observers.</summary>
    public void Post(Variant variant, Invocation invocation, InvocationReply reply, DateTimeOffset now) => Post(new ObservedInvocation(
        variant.Endpoint, variant.Spec.Name, variant.IsShadow, Guid.NewGuid().ToString(), now, invocation.InferenceId, invocation.CustomAttributes,
        invocation.ContentType, invocation.Body.ToArray(), reply.ContentType, reply.Body.ToArray(), reply.Status, reply.Error));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var invocation in _queue.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
        {
            foreach (var observer in _observers)
            {
                try
                {
                    await observer.OnInvocationAsync(invocation, _stop.Token).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    _log.LogError(e, "An observer of {Endpoint} failed", invocation.Endpoint.Id);
                }
            }
            Interlocked.Increment(ref _seen);
        }
    }
}
