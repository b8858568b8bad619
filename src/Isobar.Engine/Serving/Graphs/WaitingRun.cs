using Isobar.Core.Results;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>A request that waits for a slot. Whoever claims it first, the runner or the one who gives it up, decides.</summary>
internal sealed class WaitingRun(GraphBuffers buffers)
{
    private readonly TaskCompletionSource<Error?> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _claimed;

    public GraphBuffers Buffers { get; } = buffers;

    /// <summary>Null when the outputs are there.</summary>
    public Task<Error?> Finished => _finished.Task;

    public bool IsGivenUp => _finished.Task.IsCompleted;

    public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>Time that the run took, without the waiting.</summary>
    public long RunTicks { get; private set; }

    public void Finish(Error? error, long ticks)
    {
        RunTicks = ticks;
        _finished.TrySetResult(error);
    }

    /// <summary>Gives up unless it runs already; then its result is awaited.</summary>
    public void Abandon(Error why)
    {
        if (TryClaim()) _finished.TrySetResult(why);
    }
}
