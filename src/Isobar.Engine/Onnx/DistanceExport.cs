using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Onnx;

/// <summary>Distances to fixed points.</summary>
internal static class DistanceExport
{
    /// <summary>Squared Euclidean distances [N, count] of the rows to <paramref name="points"/> (row-major [count, width]).</summary>
    public static string AddSquaredDistances(this GraphBuilder graph, string features, float[] points, int count, int width)
    {
        // Centred on the points' mean first: |x|² - 2xp + |p|² cancels badly far from the origin.
        var mean = new float[width];
        for (var i = 0; i < points.Length; i++) mean[i % width] += points[i] / count;
        var transposed = new float[points.Length];
        var norms = new float[count];
        for (var p = 0; p < count; p++)
        {
            double norm = 0;
            for (var i = 0; i < width; i++)
            {
                var value = points[p * width + i] - mean[i];
                transposed[i * count + p] = -2 * value;
                norm += (double)value * value;
            }
            norms[p] = (float)norm;
        }
        var x = graph.Add("Sub", [features, graph.Floats(mean, 1, width)]);
        var own = graph.Add("ReduceSumSquare", [x], Attr("axes", [1L]), Attr("keepdims", 1L));
        var cross = graph.Add("Gemm", [x, graph.Floats(transposed, width, count), graph.Floats(norms, count)]);
        return graph.Add("Relu", [graph.Add("Add", [cross, own])]);
    }
}
