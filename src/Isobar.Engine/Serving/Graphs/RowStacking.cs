using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>Lays the rows of several requests into one batch, and hands each its rows of the result.</summary>
internal static class RowStacking
{
    /// <summary>Whether two requests differ in nothing but their rows.</summary>
    public static bool Fits(TensorBatch a, TensorBatch b)
    {
        for (var i = 0; i < a.Count; i++)
        {
            var left = a[i].Shape;
            var right = b[i].Shape;
            if (left.Length != right.Length || left.Length == 0 || a[i].Rows != a.Rows || b[i].Rows != b.Rows || !left[1..].SequenceEqual(right[1..])) return false;
        }
        return true;
    }

    public static void Stack(List<WaitingRun> runs, TensorBatch into)
    {
        var rows = 0;
        foreach (var run in runs) rows += run.Buffers.Inputs.Rows;
        for (var i = 0; i < into.Count; i++)
        {
            var to = into[i];
            Reset(to, runs[0].Buffers.Inputs[i].Shape, rows);
            var at = 0;
            foreach (var run in runs)
            {
                var from = run.Buffers.Inputs[i];
                Copy(from, 0, to, at, from.Count);
                at += from.Count;
            }
        }
        into.Rows = rows;
    }

    /// <summary>False where an output does not have a row for each row that went in.</summary>
    public static bool TryUnstack(TensorBatch from, List<WaitingRun> runs)
    {
        foreach (var tensor in from.Tensors)
            if (tensor.Shape.Length == 0 || tensor.Rows != from.Rows) return false;
        for (var i = 0; i < from.Count; i++)
        {
            var at = 0;
            foreach (var run in runs)
            {
                var to = run.Buffers.Outputs[i];
                to.Retype(from[i].Type);
                to.Labels = from[i].Labels;
                Reset(to, from[i].Shape, run.Buffers.Inputs.Rows);
                Copy(from[i], at, to, 0, to.Count);
                at += to.Count;
                run.Buffers.Outputs.Rows = run.Buffers.Inputs.Rows;
            }
        }
        return true;
    }

    internal static void Reset(NamedTensor tensor, ReadOnlySpan<long> like, int rows)
    {
        Span<long> shape = stackalloc long[like.Length];
        like.CopyTo(shape);
        shape[0] = rows;
        tensor.Reset(shape);
    }

    internal static void Copy(NamedTensor from, int start, NamedTensor to, int at, int count)
    {
        if (from.Type == TensorElementType.String) from.Strings.Slice(start, count).CopyTo(to.Strings[at..]);
        else from.Bytes.Slice(start * from.ElementSize, count * from.ElementSize).CopyTo(to.Bytes[(at * to.ElementSize)..]);
    }
}
