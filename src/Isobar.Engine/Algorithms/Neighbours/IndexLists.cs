using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Clustering;
using Isobar.Engine.Onnx;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Algorithms.Neighbours;

/// <summary>
/// An inverted file over the kept rows, as FAISS calls it: rows lie in the list of their nearest centre, and a query reads the lists of the centres nearest to it,
/// a tenth of all (at least one). Product quantisation (Jégou, Douze and Schmid, PAMI 2011) rounds each part of a row's offset from its centre to one of a few values.
/// </summary>
/// <param name="Centres">Row-major [lists, width].</param>
/// <param name="ListOf">Each row's list.</param>
internal sealed record IndexLists(float[] Centres, int[] ListOf, int Width, int Probes)
{
    private const int MaxCodes = 256;
    private const int Sample = 20_000;

    /// <summary>The index that the hyperparameters ask for, and the points as it stores them.</summary>
    public static Result<(float[] Points, IndexLists? Lists)> Build(HyperParameterValues values, float[] points, int width, int seed, CancellationToken ct)
    {
        if (values["index"] == "flat") return (points, (IndexLists?)null);
        var rows = points.Length / width;
        var count = values.Int("lists") is > 0 and var told ? told : Math.Max(1, (int)Math.Sqrt(rows));
        if (count > rows) return Error.Invalid("lists", values["lists"], $"{rows} rows are kept; there cannot be more lists.");
        var centres = Lloyd.Run(points, width, count, Sample, seed, ct);
        var lists = new IndexLists(centres, Lloyd.Nearest(points, width, centres), width, Math.Max(1, count / 10));
        if (values["index"] == "lists") return (points, lists);
        var parts = values.Int("code_parts") is > 0 and var asked ? asked : Enumerable.Range(1, width).Last(p => width % p == 0 && p <= Math.Max(1, width / 4));
        return (Rounded(points, lists, parts, seed, ct), lists);
    }

    private static float[] Rounded(float[] points, IndexLists lists, int parts, int seed, CancellationToken ct)
    {
        int width = lists.Width, rows = points.Length / width, size = (width + parts - 1) / parts;
        var result = new float[points.Length];
        // FAISS pads the features with zeros where they do not divide; the last part is narrower here, which is the same.
        for (var at = 0; at < width; at += size)
        {
            var part = Math.Min(size, width - at);
            var offsets = new float[rows * part];
            for (var r = 0; r < rows; r++)
                for (var i = 0; i < part; i++)
                    offsets[(r * part) + i] = points[(r * width) + at + i] - lists.Centres[(lists.ListOf[r] * width) + at + i];
            var codes = Lloyd.Run(offsets, part, Math.Min(MaxCodes, rows), Sample, seed + at, ct);
            var nearest = Lloyd.Nearest(offsets, part, codes);
            for (var r = 0; r < rows; r++)
                for (var i = 0; i < part; i++)
                    result[(r * width) + at + i] = codes[(nearest[r] * part) + i] + lists.Centres[(lists.ListOf[r] * width) + at + i];
        }
        return result;
    }

    /// <summary>Puts the rows of the lists that a query does not read behind all others.</summary>
    public string AddTo(GraphBuilder graph, string features, string distances)
    {
        var count = Centres.Length / Width;
        var apart = graph.AddSquaredDistances(features, Centres, count, Width);
        var read = graph.Add("", "TopK", [apart, graph.Longs([Probes], 1)], 2, [Attr("axis", 1L), Attr("largest", 0L), Attr("sorted", 0L)])[1];
        var hot = graph.Add("ReduceSum", [graph.Add("OneHot", [read, graph.Longs([count], 1), graph.Floats([0, 1], 2)], Attr("axis", -1L)), graph.Longs([1], 1)], Attr("keepdims", 0L));
        var reads = graph.Add("Gather", [hot, graph.Longs([.. ListOf.Select(l => (long)l)], ListOf.Length)], Attr("axis", 1L));
        return graph.Add("Where", [graph.Add("Greater", [reads, graph.Floats([0.5f], 1)]), distances, graph.Floats([float.MaxValue], 1)]);
    }
}
