namespace Isobar.Engine.Processes;

/// <summary>Places for jobs: so many at once; who waits is served owner by owner in turn, first come first served within an owner.</summary>
internal sealed class FairQueue(int places, int maxWaiting)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(string Owner, LinkedList<TaskCompletionSource> Waiting)> _owners = [];
    private int _free = places;
    private int _waiting;

    /// <summary>Whether one more may wait.</summary>
    public bool HasRoom
    {
        get { lock (_lock) return _waiting < maxWaiting; }
    }

    /// <summary>Completes when a place is free; dispose what it gives to free it again.</summary>
    public async Task<IDisposable> EnterAsync(string owner, CancellationToken ct)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new Place(this);
            }
            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Line(owner).AddLast(turn);
            _waiting++;
        }
        await using var registration = ct.Register(() => Leave(owner, turn)).ConfigureAwait(false);
        await turn.Task.ConfigureAwait(false);
        return new Place(this);
    }

    private LinkedList<TaskCompletionSource> Line(string owner)
    {
        foreach (var (name, waiting) in _owners)
            if (name == owner) return waiting;
        return _owners.AddLast((owner, new LinkedList<TaskCompletionSource>())).Value.Waiting;
    }

    private void Leave(string owner, TaskCompletionSource turn)
    {
        lock (_lock)
        {
            if (!Line(owner).Remove(turn)) return;
            _waiting--;
        }
        turn.TrySetCanceled();
    }

    private void Free()
    {
        lock (_lock)
        {
            for (var owner = _owners.First; owner is not null; owner = owner.Next)
            {
                if (owner.Value.Waiting.First is not { } next) continue;
                owner.Value.Waiting.RemoveFirst();
                _waiting--;
                // To the end of the round: the next place goes to another owner.
                _owners.Remove(owner);
                _owners.AddLast(owner);
                next.Value.TrySetResult();
                return;
            }
            _free++;
        }
    }

    private sealed class Place(FairQueue queue) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) queue.Free();
        }
    }
}
