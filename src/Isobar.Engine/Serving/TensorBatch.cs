namespace Isobar.Engine.Serving;

/// <summary>The tensors of one request or one reply, pooled by the engine: a codec fills or reads them and keeps none.</summary>
public sealed class TensorBatch : IDisposable
{
    private readonly NamedTensor[] _tensors;

    internal TensorBatch(IEnumerable<OnnxPort> ports) => _tensors = [.. ports.Select(p => new NamedTensor(p.Name, p.Type))];

    /// <summary>Rows; at least 1 once filled. A codec sets it after filling the tensors.</summary>
    public int Rows { get; set; }

    /// <summary>What a codec wants to know of a request when it writes the reply. Batches are used again: a codec that reads it sets it for every request.</summary>
    public object? Note { get; set; }

    /// <summary>One tensor for each input (or output) of the graph, in the graph's order.</summary>
    public ReadOnlySpan<NamedTensor> Tensors => _tensors;

    /// <summary>Tensors in all.</summary>
    public int Count => _tensors.Length;

    /// <summary>The tensor at a place in the graph's order.</summary>
    public NamedTensor this[int index] => _tensors[index];

    /// <summary>The tensor of a name, or null.</summary>
    public NamedTensor? Find(string name)
    {
        foreach (var tensor in _tensors)
            if (tensor.Name == name) return tensor;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors) tensor.Dispose();
    }
}
