namespace Isobar.Engine.Serving.Graphs;

/// <summary>Runs a graph that takes exactly one row once for each row.</summary>
internal static class RowByRow
{
    public static void Run(OnnxGraph graph, GraphBuffers buffers)
    {
        using var one = new GraphBuffers(graph.Signature);
        one.Inputs.Rows = 1;
        for (var row = 0; row < buffers.Inputs.Rows; row++)
        {
            for (var i = 0; i < buffers.Inputs.Count; i++)
            {
                var from = buffers.Inputs[i];
                RowStacking.Reset(one.Inputs[i], from.Shape, 1);
                RowStacking.Copy(from, row * from.RowSize, one.Inputs[i], 0, from.RowSize);
            }
            graph.Run(one);
            for (var i = 0; i < one.Outputs.Count; i++)
            {
                var (part, whole) = (one.Outputs[i], buffers.Outputs[i]);
                if (row == 0)
                {
                    whole.Retype(part.Type);
                    whole.Labels = part.Labels;
                    // A graph for one row may leave the row's axis out of its outputs.
                    if (part.Shape.Length > 0 && part.Shape[0] == 1) RowStacking.Reset(whole, part.Shape, buffers.Inputs.Rows);
                    else whole.Reset([buffers.Inputs.Rows, .. part.Shape]);
                }
                if (part.Count * buffers.Inputs.Rows != whole.Count)
                    throw new InvalidOperationException($"The output '{whole.Name}' has another shape for row {row} than for the first.");
                RowStacking.Copy(part, 0, whole, row * part.Count, part.Count);
            }
        }
        buffers.Outputs.Rows = buffers.Inputs.Rows;
    }
}
