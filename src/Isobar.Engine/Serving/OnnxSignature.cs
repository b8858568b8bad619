using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving;

/// <summary>An input or an output of a graph.</summary>
/// <param name="Name">As in the graph.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Dimensions">Sizes by axis, -1 where free; the first is the row where <see cref="OnnxSignature.RowsAreFree"/>.</param>
/// <param name="IsMaps">Whether the output is a sequence of maps (scikit-learn's ZipMap). It reaches codecs as a tensor of [rows, keys] whose <see cref="NamedTensor.Labels"/> are the keys.</param>
public sealed record OnnxPort(string Name, TensorElementType Type, IReadOnlyList<int> Dimensions, bool IsMaps = false)
{
    /// <summary>Elements that one row holds, or -1 where an axis besides the row is free.</summary>
    public int RowSize
    {
        get
        {
            var size = 1;
            for (var i = 1; i < Dimensions.Count; i++)
            {
                if (Dimensions[i] < 0) return -1;
                size *= Dimensions[i];
            }
            return size;
        }
    }
}

/// <summary>What a graph takes and gives.</summary>
public sealed record OnnxSignature(IReadOnlyList<OnnxPort> Inputs, IReadOnlyList<OnnxPort> Outputs)
{
    /// <summary>Whether the first axis of every input and output is free, so that rows of several requests may share a run.</summary>
    public bool RowsAreFree { get; } = Inputs.All(p => p.Dimensions is [-1, ..]) && Outputs.All(p => p.IsMaps || p.Dimensions is [-1, ..] or []);
}
