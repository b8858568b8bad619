using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>
/// A loaded model. A caller enters before it asks and leaves afterwards; a runner that is being closed lets nobody in, and is taken down
/// once the last caller has left.
/// </summary>
internal abstract class ModelRunner : IAsyncDisposable
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private int _closing;

    /// <summary>Instances that answer now.</summary>
    public abstract int Count { get; }

    /// <summary>Callers inside.</summary>
    public int Inside => Volatile.Read(ref _inside);

    public bool TryEnter()
    {
        Interlocked.Increment(ref _inside);
        if (Volatile.Read(ref _closing) == 0) return true;
        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inside) == 0 && Volatile.Read(ref _closing) != 0) _empty.TrySetResult();
    }

    public abstract ValueTask<InvocationReply> InvokeAsync(Invocation invocation, CancellationToken ct);

    public abstract Task<StreamingReply> InvokeStreamAsync(Invocation invocation, CancellationToken ct);

    /// <summary>Changes the number of instances; completes when they answer.</summary>
    public abstract Task<Result<Done>> SetCountAsync(int count, CancellationToken ct);

    /// <summary>Lets nobody in any more, waits for those inside, and takes the model down.</summary>
    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0) return;
        if (Volatile.Read(ref _inside) == 0) _empty.TrySetResult();
        await _empty.Task.ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public abstract ValueTask DisposeAsync();
}
