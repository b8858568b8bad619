using Isobar.Engine.Algorithms;
using Isobar.Engine.Onnx;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.AutoMl;

/// <summary>
/// Categories as the label's mean among the training rows of each (Micci-Barreca, 2001), drawn towards the mean of all where a category is rare: trees then
/// split many categories at once. It reads the 0/1 features that categories are encoded as, so in a graph it is one product of matrices.
/// </summary>
internal sealed class CategoryMeans
{
    // So many rows of the overall mean are added to each category's own.
    private const double Weight = 10;
    private const int Parts = 5;

    private readonly int[] _categories;
    private readonly int[] _others;
    private readonly int _columns;
    private readonly int _targets;
    private readonly IReadOnlyList<(int At, int Width)> _spans;
    private readonly float[] _prior;
    private readonly float[] _values;

    private CategoryMeans(int columns, int targets, IReadOnlyList<(int At, int Width)> spans, Matrix matrix, IReadOnlyList<int> rows)
    {
        (_columns, _targets, _spans) = (columns, targets, spans);
        _categories = [.. spans.SelectMany(s => Enumerable.Range(s.At, s.Width))];
        _others = [.. Enumerable.Range(0, columns).Except(_categories)];
        var (sums, counts, total, all) = (new double[columns * targets], new double[columns], new double[targets], 0.0);
        foreach (var r in rows)
        {
            var row = matrix.Row(r);
            double weight = matrix.Weights?[r] ?? 1;
            all += weight;
            for (var t = 0; t < targets; t++) total[t] += weight * Target(matrix, r, t);
            foreach (var c in _categories)
            {
                if (row[c] == 0) continue;
                counts[c] += weight;
                for (var t = 0; t < targets; t++) sums[c * targets + t] += weight * Target(matrix, r, t);
            }
        }
        _prior = [.. total.Select(s => (float)(s / Math.Max(all, 1e-12)))];
        // What a category adds to the overall mean; one that was never seen adds nothing.
        _values = new float[columns * targets];
        foreach (var c in _categories)
            for (var t = 0; t < targets; t++) _values[c * targets + t] = (float)((sums[c * targets + t] + Weight * _prior[t]) / (counts[c] + Weight) - _prior[t]);
    }

    /// <summary>Features that are left.</summary>
    public int Width => _others.Length + _spans.Count * _targets;

    /// <summary>Learns the means, and encodes the training rows so that no row's own label is in its features: each fifth by the means of the others.</summary>
    /// <param name="spans">Where the features of each column of categories stand.</param>
    /// <param name="classes">1 for a number.</param>
    public static (CategoryMeans Means, Matrix Train) Learn(Matrix train, IReadOnlyList<(int At, int Width)> spans, int classes, int seed)
    {
        // Of two classes one share says both.
        var targets = classes > 2 ? classes : 1;
        var order = Enumerable.Range(0, train.Rows).ToArray();
        new Random(seed).Shuffle(order);
        var means = new CategoryMeans(train.Columns, targets, spans, train, [.. Enumerable.Range(0, train.Rows)]);
        var values = new float[train.Rows * means.Width];
        for (var part = 0; part < Parts; part++)
        {
            var others = new CategoryMeans(train.Columns, targets, spans, train, [.. order.Where((_, i) => i % Parts != part)]);
            for (var i = part; i < order.Length; i += Parts) others.Encode(train.Row(order[i]), values.AsSpan(order[i] * means.Width, means.Width));
        }
        return (means, train with { Values = values, Columns = means.Width });
    }

    public Matrix Apply(Matrix matrix)
    {
        var values = new float[matrix.Rows * Width];
        for (var r = 0; r < matrix.Rows; r++) Encode(matrix.Row(r), values.AsSpan(r * Width, Width));
        return matrix with { Values = values, Columns = Width };
    }

    /// <summary>Adds the same to the graph.</summary>
    public string AddTo(GraphBuilder graph, string features)
    {
        var columns = _spans.Count * _targets;
        var product = new float[_categories.Length * columns];
        var at = 0;
        for (var s = 0; s < _spans.Count; s++)
            for (var c = _spans[s].At; c < _spans[s].At + _spans[s].Width; c++, at++)
                _values.AsSpan(c * _targets, _targets).CopyTo(product.AsSpan(at * columns + s * _targets));
        var hot = graph.Add("Gather", [features, graph.Longs([.. _categories.Select(c => (long)c)], _categories.Length)], Attr("axis", 1L));
        var prior = graph.Floats([.. _spans.SelectMany(_ => _prior)], columns);
        var means = graph.Add("Gemm", [hot, graph.Floats(product, _categories.Length, columns), prior]);
        if (_others.Length == 0) return means;
        // Picked, not multiplied by 0: other columns may hold missing numbers.
        var rest = graph.Add("Gather", [features, graph.Longs([.. _others.Select(c => (long)c)], _others.Length)], Attr("axis", 1L));
        return graph.Add("Concat", [rest, means], Attr("axis", 1L));
    }

    private void Encode(ReadOnlySpan<float> row, Span<float> into)
    {
        for (var i = 0; i < _others.Length; i++) into[i] = row[_others[i]];
        for (var s = 0; s < _spans.Count; s++)
        {
            var target = into.Slice(_others.Length + s * _targets, _targets);
            _prior.CopyTo(target);
            for (var c = _spans[s].At; c < _spans[s].At + _spans[s].Width; c++)
                if (row[c] != 0)
                    for (var t = 0; t < _targets; t++) target[t] += _values[c * _targets + t];
        }
    }

    private double Target(Matrix matrix, int row, int target) => _targets == 1 ? matrix.Labels![row] : matrix.Labels![row] == target ? 1 : 0;
}
