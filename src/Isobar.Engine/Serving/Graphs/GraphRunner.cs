using System.Diagnostics;
using Isobar.Core.Results;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>
/// Answers by a graph. While a slot is free, a request runs on its caller's own thread and completes synchronously. When all are taken,
/// requests wait in a bounded queue, and whoever gives a slot back has the waiting rows run together.
/// </summary>
internal sealed class GraphRunner : ModelRunner
{
    private readonly OnnxGraph _graph;
    private readonly IInvocationCodec _codec;
    private readonly VariantSpec _spec;
    private readonly TimeProvider _time;
    private readonly ObjectPool<GraphBuffers> _pool;
    private readonly GraphQueue _queue;
    private readonly int _slotsPerInstance;
    private readonly Action<string>? _log;
    private int _count;

    /// <param name="log">Takes a line for each request that could not be answered.</param>
    public GraphRunner(OnnxGraph graph, IInvocationCodec codec, VariantSpec spec, int count, TimeProvider time, Action<string>? log = null)
    {
        _log = log;
        (_graph, _codec, _spec, _time, _count) = (graph, codec, spec, time, count);
        _pool = new DefaultObjectPoolProvider { MaximumRetained = 64 }.Create(new GraphBuffersPolicy(graph.Signature));
        _slotsPerInstance = spec.MaxConcurrency > 0 ? spec.MaxConcurrency : Math.Max(2, Environment.ProcessorCount);
        _queue = new GraphQueue(graph, _pool, spec, count * _slotsPerInstance);
    }

    public override int Count => Volatile.Read(ref _count);

    /// <summary>For tests: holds slots as running requests would.</summary>
    internal GraphQueue Queue => _queue;

    public override ValueTask<InvocationReply> InvokeAsync(Invocation invocation, CancellationToken ct)
    {
        var buffers = _pool.Get();
        if (Decode(invocation, buffers) is { } error)
        {
            _pool.Return(buffers);
            return new(Refused(error, 0));
        }
        if (!_queue.TryTakeSlot()) return WaitAsync(invocation, buffers, ct);
        var start = Stopwatch.GetTimestamp();
        var failure = TryRun(_graph, buffers);
        _queue.GiveSlot();
        return new(Answer(invocation, buffers, failure, Stopwatch.GetTimestamp() - start));
    }

    public override async Task<StreamingReply> InvokeStreamAsync(Invocation invocation, CancellationToken ct)
    {
        var reply = await InvokeAsync(invocation, ct).ConfigureAwait(false);
        var body = reply.Body.ToArray();
        reply.Dispose();
        return new StreamingReply { Error = reply.Error, Status = reply.Status, ContentType = reply.ContentType, InvokedVariant = reply.InvokedVariant, Body = new MemoryStream(body) };
    }

    public override Task<Result<Done>> SetCountAsync(int count, CancellationToken ct)
    {
        Volatile.Write(ref _count, count);
        _queue.SetSlots(count * _slotsPerInstance);
        return Task.FromResult<Result<Done>>(Done.Value);
    }

    public override ValueTask DisposeAsync()
    {
        (_pool as IDisposable)?.Dispose();
        _graph.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<InvocationReply> WaitAsync(Invocation invocation, GraphBuffers buffers, CancellationToken ct)
    {
        var waiting = new WaitingRun(buffers);
        if (!_queue.TryAdd(waiting))
        {
            _pool.Return(buffers);
            return new InvocationReply { Error = new Error(ErrorCode.ResourceExhausted, $"The variant '{_spec.Name}' has {_spec.MaxQueue} requests waiting; try again later."), InvokedVariant = _spec.Name };
        }
        Error? error;
        await using (ct.UnsafeRegister(static w => ((WaitingRun)w!).Abandon(new Error(ErrorCode.Cancelled, "The caller withdrew the request.")), waiting).ConfigureAwait(false))
        await using (_time.CreateTimer(static w => ((WaitingRun)w!).Abandon(new Error(ErrorCode.DeadlineExceeded, "The request waited longer than its time limit.")), waiting, invocation.Timeout, Timeout.InfiniteTimeSpan).ConfigureAwait(false))
        {
            error = await waiting.Finished.ConfigureAwait(false);
        }
        return Answer(invocation, buffers, error, waiting.RunTicks);
    }

    private InvocationReply Answer(Invocation invocation, GraphBuffers buffers, Error? error, long ticks)
    {
        try
        {
            if (error is not null) return Refused(error, ticks);
            var body = ReplyBuffers.Rent();
            if (_codec.Encode(invocation.Accept, buffers.Inputs, buffers.Outputs, body).TryGet(out var contentType, out error))
                return new InvocationReply(body, ReplyBuffers.GiveBack) { ContentType = contentType, InvokedVariant = _spec.Name, ModelTicks = ticks };
            ReplyBuffers.GiveBack(body);
            return Refused(error, ticks);
        }
        catch (Exception e)
        {
            return Refused(Fault(e), ticks);
        }
        finally
        {
            _pool.Return(buffers);
        }
    }

    private InvocationReply Refused(Error? error, long ticks)
    {
        _log?.Invoke($"A request was not answered: {error?.Message}");
        return new InvocationReply { Error = error, InvokedVariant = _spec.Name, ModelTicks = ticks };
    }

    private Error? Decode(Invocation invocation, GraphBuffers buffers)
    {
        try
        {
            return _codec.Decode(invocation.ContentType, invocation.Body, buffers.Inputs).Error;
        }
        catch (Exception e)
        {
            return Fault(e);
        }
    }

    /// <summary>Runs, and says why not. The runtime refuses values (a wrong rank, an unknown index): the caller's fault, as far as anyone can tell.</summary>
    internal static Error? TryRun(OnnxGraph graph, GraphBuffers buffers)
    {
        try
        {
            graph.Run(buffers);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The model refuses the input: {e.Message}");
        }
        catch (Exception e)
        {
            return Fault(e);
        }
    }

    // A fault of a codec or of ours ends one request, never the connection of a caller or the slot of a model.
    private static Error Fault(Exception e) => new(ErrorCode.Internal, $"The request could not be carried out: {e.Message}");
}
