using System.Diagnostics;
using Microsoft.Extensions.ObjectPool;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>The slots of a graph and the requests that wait for one.</summary>
internal sealed class GraphQueue(OnnxGraph graph, ObjectPool<GraphBuffers> pool, VariantSpec spec, int slots) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly LinkedList<WaitingRun> _waiting = new();
    private volatile bool _batches = spec.MaxBatchRows > 1 && graph.Signature.RowsAreFree;
    private int _slots = slots;
    private int _taken;
    private int _queued;

    /// <summary>Requests waiting now.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Runs that carried the rows of several requests.</summary>
    public long SharedRuns;

    /// <summary>Takes a slot for a request that has just come; those that wait already go first.</summary>
    public bool TryTakeSlot() => Volatile.Read(ref _queued) == 0 && TryTake();

    public void GiveSlot()
    {
        Interlocked.Decrement(ref _taken);
        Wake();
    }

    public void SetSlots(int slots)
    {
        Volatile.Write(ref _slots, slots);
        for (var i = 0; i < slots; i++) Wake();
    }

    /// <summary>Queues a request; false when the queue is full.</summary>
    public bool TryAdd(WaitingRun run)
    {
        lock (_lock)
        {
            if (_waiting.Count >= spec.MaxQueue) DropGivenUp();
            if (_waiting.Count >= spec.MaxQueue) return false;
            _waiting.AddLast(run);
            Volatile.Write(ref _queued, _waiting.Count);
        }
        // A slot may have come free between the try and the queueing, and then nobody else would look.
        Wake();
        return true;
    }

    void IThreadPoolWorkItem.Execute()
    {
        var batch = new List<WaitingRun>();
        while (TakeBatch(batch))
        {
            if (batch.Count == 1) RunOne(batch[0]);
            else RunTogether(batch);
        }
        GiveSlot();
    }

    private void Wake()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _queued) > 0 && TryTake()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTake()
    {
        var taken = Volatile.Read(ref _taken);
        while (taken < Volatile.Read(ref _slots))
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (seen == taken) return true;
            taken = seen;
        }
        return false;
    }

    private void DropGivenUp()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.IsGivenUp) _waiting.Remove(node);
            node = next;
        }
        Volatile.Write(ref _queued, _waiting.Count);
    }

    // The oldest request, and those behind it, in order, whose rows have the same shape.
    private bool TakeBatch(List<WaitingRun> batch)
    {
        batch.Clear();
        var rows = 0;
        lock (_lock)
        {
            while (_waiting.First is { } first)
            {
                if (batch.Count > 0 && (!_batches || rows + first.Value.Buffers.Inputs.Rows > spec.MaxBatchRows || !RowStacking.Fits(batch[0].Buffers.Inputs, first.Value.Buffers.Inputs))) break;
                _waiting.RemoveFirst();
                if (!first.Value.TryClaim()) continue;
                batch.Add(first.Value);
                rows += first.Value.Buffers.Inputs.Rows;
            }
            Volatile.Write(ref _queued, _waiting.Count);
        }
        return batch.Count > 0;
    }

    private void RunOne(WaitingRun run)
    {
        var start = Stopwatch.GetTimestamp();
        var error = GraphRunner.TryRun(graph, run.Buffers);
        run.Finish(error, Stopwatch.GetTimestamp() - start);
    }

    private void RunTogether(List<WaitingRun> batch)
    {
        var stack = pool.Get();
        var start = Stopwatch.GetTimestamp();
        var done = false;
        try
        {
            RowStacking.Stack(batch, stack.Inputs);
            graph.Run(stack);
            done = RowStacking.TryUnstack(stack.Outputs, batch);
            // A graph whose outputs are not row by row must have its requests apart, whatever it declares.
            if (!done) _batches = false;
        }
        catch (Exception)
        {
            // One request's values are refused; apart, the others still get their answers, and that one its reason.
        }
        finally
        {
            pool.Return(stack);
        }
        if (done) Interlocked.Increment(ref SharedRuns);
        foreach (var run in batch)
        {
            if (done) run.Finish(null, Stopwatch.GetTimestamp() - start);
            else RunOne(run);
        }
    }
}
