using System.Numerics.Tensors;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Algorithms.Neighbours;

/// <summary>k nearest neighbours over a stored sample, exact: the mean of the neighbours' numbers, or the share of each class among them.</summary>
internal sealed class NearestNeighbours : IAlgorithm
{
    public string Name => "k-nearest-neighbours";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Binary, LearningTask.Multiclass, LearningTask.Regression];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: false, Scale: false);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Int("k", 5, 1, 1024, "Neighbours."),
        HyperParameter.Int("sample_size", 200_000, 1, 10_000_000, "Most rows to keep, drawn at random."),
        HyperParameter.Choice("scale", "Whether features are divided by their standard deviation first.", "false", "true"),
        HyperParameter.Choice("metric", "What is near: a small Euclidean distance, a small angle, or a large inner product.", "euclidean", "cosine", "inner_product"),
        HyperParameter.Choice("reduction", "A random projection to fewer features, in which distances nearly keep: by random signs, or the fast Johnson-Lindenstrauss transform.", "none", "sign", "fjlt"),
        HyperParameter.Int("reduced_features", 0, 0, 1_000_000, "Of the reduction: features to keep, fewer than there are."),
        HyperParameter.Choice("index", "How the kept rows are stored: as they are, in lists of which a query reads the nearest few, or that with each row rounded to codes.", "flat", "lists", "codes"),
        HyperParameter.Int("lists", 0, 0, 65_536, "Of lists and codes: how many; 0 for the square root of the rows."),
        HyperParameter.Int("code_parts", 0, 0, 1024, "Of codes: parts of a row that are rounded each to one of at most 256 values; 0 for about one in four features."),
        HyperParameter.Int("num_class", 0, 0, 1000, "Classes, when the labels do not show all; 0 counts them."),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        var train = context.Train;
        var k = context.Values.Int("k");
        var rows = Enumerable.Range(0, train.Rows).ToArray();
        if (rows.Length > context.Values.Int("sample_size"))
        {
            new Random(context.Request.Seed).Shuffle(rows);
            Array.Resize(ref rows, context.Values.Int("sample_size"));
        }
        if (k > rows.Length) return Error.Invalid("k", context.Values["k"], $"{rows.Length} rows are kept; k cannot be larger.");
        var scales = Scales(train, context.Values.Flag("scale"));
        var points = new float[rows.Length * train.Columns];
        for (var r = 0; r < rows.Length; r++)
            for (var i = 0; i < train.Columns; i++)
                points[r * train.Columns + i] = train.Row(rows[r])[i] / scales[i];
        var width = train.Columns;
        RandomProjection? reduction = null;
        if (context.Values["reduction"] is not "none" and var kind)
        {
            width = context.Values.Int("reduced_features");
            if (width < 1 || width >= train.Columns) return Error.Invalid("reduced_features", context.Values["reduced_features"], $"There are {train.Columns} features; a reduction keeps at least 1 and fewer than those.");
            reduction = RandomProjection.Draw(kind, train.Columns, width, context.Request.Seed);
            points = reduction.Apply(points);
        }
        var metric = context.Values["metric"];
        if (metric == "cosine") Normalize(points, width);
        if (!IndexLists.Build(context.Values, points, width, context.Request.Seed, ct).TryGet(out var index, out var error)) return error;
        return new SampleModel(index.Points, [.. rows.Select(r => train.Labels![r])], scales, width, k, metric) { Reduction = reduction, Lists = index.Lists };
    }

    private static float[] Scales(Matrix train, bool wanted)
    {
        var scales = new float[train.Columns];
        for (var i = 0; i < scales.Length; i++)
        {
            double sum = 0, squares = 0;
            for (var r = 0; r < train.Rows; r++)
            {
                sum += train.Row(r)[i];
                squares += (double)train.Row(r)[i] * train.Row(r)[i];
            }
            var variance = squares / train.Rows - sum / train.Rows * (sum / train.Rows);
            scales[i] = wanted && variance > 1e-12 ? (float)Math.Sqrt(variance) : 1;
        }
        return scales;
    }

    /// <summary>Brings every point to length 1; one at the origin, which has no direction, stays there.</summary>
    private static void Normalize(float[] points, int width)
    {
        for (var at = 0; at < points.Length; at += width)
        {
            var point = points.AsSpan(at, width);
            var length = TensorPrimitives.Norm(point);
            if (length > 0) TensorPrimitives.Divide(point, length, point);
        }
    }

    internal sealed record SampleModel(float[] Points, float[] Labels, float[] Scales, int Width, int K, string Metric) : IFittedModel
    {
        /// <summary>What the features go through before they are compared; null: nothing.</summary>
        public RandomProjection? Reduction { get; init; }
        /// <summary>The lists that a query looks in; null: in all rows.</summary>
        public IndexLists? Lists { get; init; }

        public int RowWidth => 3 * Labels.Length;
        // Scoring compares every row with every kept row: some ten seconds are enough for a metric.
        public int ScoredRows => (int)Math.Clamp(20_000_000_000 / Math.Max(1, Points.LongLength), 1000, int.MaxValue);

        public void AddTo(GraphBuilder graph, string features, FitContext context)
        {
            var x = graph.Add("Div", [features, graph.Floats(Scales, 1, Scales.Length)]);
            if (Reduction is { } reduction) x = graph.Add("MatMul", [x, graph.Floats(reduction.Weights, Scales.Length, Width)]);
            // A query's own length changes no order of angles, so only the points are brought to length 1.
            var distances = Metric == "euclidean" ? graph.AddSquaredDistances(x, Points, Labels.Length, Width)
                : graph.Add("Neg", [graph.Add("Gemm", [x, graph.Floats(Points, Labels.Length, Width)], Attr("transB", 1L))]);
            if (Lists is { } lists) distances = lists.AddTo(graph, x, distances);
            var nearest = graph.Add("", "TopK", [distances, graph.Longs([K], 1)], 2, [Attr("axis", 1L), Attr("largest", 0L), Attr("sorted", 1L)])[1];
            if (context.Classes is not { } classes)
            {
                var values = graph.Add("Gather", [graph.Floats(Labels, Labels.Length), nearest], Attr("axis", 0L));
                graph.AddPrediction(graph.Add("ReduceMean", [values], Attr("axes", [1L]), Attr("keepdims", 1L)), ScoreLink.None, null);
                return;
            }
            var votes = graph.Add("Gather", [graph.Longs([.. Labels.Select(l => (long)l)], Labels.Length), nearest], Attr("axis", 0L));
            var hot = graph.Add("OneHot", [votes, graph.Longs([classes.Count], 1), graph.Floats([0, 1], 2)], Attr("axis", -1L));
            graph.AddPrediction(graph.Add("ReduceMean", [hot], Attr("axes", [1L]), Attr("keepdims", 0L)), ScoreLink.None, classes);
        }
    }
}
