using Microsoft.Extensions.ObjectPool;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>All that one run needs, kept from run to run.</summary>
internal sealed class GraphBuffers(OnnxSignature signature) : IDisposable
{
    public TensorBatch Inputs { get; } = new(signature.Inputs);
    public TensorBatch Outputs { get; } = new(signature.Outputs);
    public OrtValue[] InputValues { get; } = new OrtValue[signature.Inputs.Count];
    public OrtValue[] OutputValues { get; } = new OrtValue[signature.Outputs.Count];
    public RunOptions Options { get; } = new();

    public void Dispose()
    {
        Inputs.Dispose();
        Outputs.Dispose();
        Options.Dispose();
    }
}

/// <summary>Buffers of one graph. Those that a huge request has grown are not kept.</summary>
internal sealed class GraphBuffersPolicy(OnnxSignature signature) : IPooledObjectPolicy<GraphBuffers>
{
    private const long MaxKept = 1 << 20;

    public GraphBuffers Create() => new(signature);

    public bool Return(GraphBuffers buffers)
    {
        long held = 0;
        foreach (var tensor in buffers.Inputs.Tensors) held += tensor.HeldBytes;
        foreach (var tensor in buffers.Outputs.Tensors) held += tensor.HeldBytes;
        // The pool disposes what it does not keep.
        return held <= MaxKept;
    }
}
