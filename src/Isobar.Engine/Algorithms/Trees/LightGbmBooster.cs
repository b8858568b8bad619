using System.Globalization;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>A LightGBM booster over a training matrix and, where given, a validation matrix.</summary>
internal sealed unsafe class LightGbmBooster : IDisposable
{
    private readonly string _parameters;
    private readonly double? _start;
    private readonly int _targets;
    private readonly nint _train;
    private readonly nint _validation;
    private readonly nint _booster;

    /// <param name="start">The score that every row starts from; null leaves it to LightGBM.</param>
    public LightGbmBooster(IReadOnlyDictionary<string, string> parameters, Matrix train, Matrix? validation, string? continueFrom, double? start = null)
    {
        (_start, _targets) = (start, parameters.TryGetValue("num_class", out var classes) ? int.Parse(classes, CultureInfo.InvariantCulture) : 1);
        _parameters = string.Join(' ', parameters.Select(p => $"{p.Key}={p.Value}"));
        // Earlier rounds come back as their scores, from which the new rounds go on; their trees are merged in when the model is read out.
        _train = Create(train, 0, continueFrom);
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterCreate(_train, _parameters, out _booster));
        if (validation is not null)
        {
            _validation = Create(validation, _train, continueFrom);
            LightGbmNative.Check(LightGbmNative.LGBM_BoosterAddValidData(_booster, _validation));
        }
    }

    /// <summary>One boosting round; true when no split is worth making any more.</summary>
    public bool Update()
    {
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterUpdateOneIter(_booster, out var finished));
        return finished != 0;
    }

    /// <summary>One boosting round along derivatives that the caller worked out; true when no split is worth making any more.</summary>
    public bool Update(ReadOnlySpan<float> gradients, ReadOnlySpan<float> hessians)
    {
        int finished;
        fixed (float* g = gradients, h = hessians) LightGbmNative.Check(LightGbmNative.LGBM_BoosterUpdateOneIterCustom(_booster, g, h, out finished));
        return finished != 0;
    }

    /// <summary>The raw scores so far of the training (0) or validation (1) rows.</summary>
    public void ReadScores(int data, Span<double> scores)
    {
        fixed (double* p = scores) LightGbmNative.Check(LightGbmNative.LGBM_BoosterGetPredict(_booster, data, out _, p));
    }

    /// <summary>The metrics, in the order of the parameter <c>metric</c>, on the training (0) or validation (1) data.</summary>
    public double[] Evaluate(int data)
    {
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterGetEvalCounts(_booster, out var count));
        var values = new double[count];
        fixed (double* p = values) LightGbmNative.Check(LightGbmNative.LGBM_BoosterGetEval(_booster, data, out _, p));
        return values;
    }

    /// <summary>The model in LightGBM's text format, up to <paramref name="rounds"/> rounds (all when 0).</summary>
    public string Save(int rounds) => Save(_booster, rounds);

    public void Dispose()
    {
        LightGbmNative.LGBM_BoosterFree(_booster);
        LightGbmNative.LGBM_DatasetFree(_train);
        if (_validation != 0) LightGbmNative.LGBM_DatasetFree(_validation);
    }

    /// <summary>Joins an earlier model and the rounds that went on from it.</summary>
    public static string Merge(string first, string second)
    {
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterLoadModelFromString(second, out _, out var tail));
        try
        {
            LightGbmNative.Check(LightGbmNative.LGBM_BoosterLoadModelFromString(first, out _, out var head));
            try
            {
                // Merge puts the other's trees in front, as a continued training needs.
                LightGbmNative.Check(LightGbmNative.LGBM_BoosterMerge(tail, head));
                return Save(tail, 0);
            }
            finally { LightGbmNative.LGBM_BoosterFree(head); }
        }
        finally { LightGbmNative.LGBM_BoosterFree(tail); }
    }

    /// <summary>Raw scores of a saved model, row by row.</summary>
    public static double[] PredictRaw(string model, Matrix matrix)
    {
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterLoadModelFromString(model, out _, out var booster));
        try
        {
            var results = new double[matrix.Rows * Math.Max(1, LightGbmModelText.Targets(model))];
            fixed (float* data = matrix.Values)
            fixed (double* p = results)
            fixed (byte* none = "\0"u8)
                LightGbmNative.Check(LightGbmNative.LGBM_BoosterPredictForMat(booster, data, LightGbmNative.Float32, matrix.Rows, matrix.Columns, 1, 1, 0, -1, none, out _, p));
            return results;
        }
        finally { LightGbmNative.LGBM_BoosterFree(booster); }
    }

    private nint Create(Matrix matrix, nint reference, string? continueFrom)
    {
        nint dataset;
        fixed (float* data = matrix.Values)
            LightGbmNative.Check(LightGbmNative.LGBM_DatasetCreateFromMat(data, LightGbmNative.Float32, matrix.Rows, matrix.Columns, 1, _parameters, reference, out dataset));
        SetFloats(dataset, "label", matrix.Labels!);
        if (matrix.Weights is { } weights) SetFloats(dataset, "weight", weights);
        if (continueFrom is not null || _start is not null) SetInitialScores(dataset, continueFrom, matrix);
        return dataset;
    }

    private static void SetFloats(nint dataset, string field, float[] values)
    {
        fixed (float* p = values) LightGbmNative.Check(LightGbmNative.LGBM_DatasetSetField(dataset, field, p, values.Length, LightGbmNative.Float32));
    }

    private void SetInitialScores(nint dataset, string? model, Matrix matrix)
    {
        var scores = new double[matrix.Rows * _targets];
        Array.Fill(scores, _start ?? 0);
        if (model is not null)
        {
            var rows = PredictRaw(model, matrix);
            // Scores go in target by target where predictions come out row by row.
            for (var r = 0; r < matrix.Rows; r++)
                for (var t = 0; t < _targets; t++)
                    scores[(t * matrix.Rows) + r] += rows[(r * _targets) + t];
        }
        const int float64 = 1;
        fixed (double* p = scores) LightGbmNative.Check(LightGbmNative.LGBM_DatasetSetField(dataset, "init_score", p, scores.Length, float64));
    }

    private static string Save(nint booster, int rounds)
    {
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterSaveModelToString(booster, 0, rounds, 0, 0, out var length, null));
        var buffer = new byte[length];
        fixed (byte* p = buffer) LightGbmNative.Check(LightGbmNative.LGBM_BoosterSaveModelToString(booster, 0, rounds, 0, length, out _, p));
        return System.Text.Encoding.UTF8.GetString(buffer).TrimEnd('\0');
    }
}

/// <summary>Reads LightGBM's text format (version v4).</summary>
internal static class LightGbmModelText
{
    public static int Targets(string model) =>
        int.Parse(Line(model, "num_tree_per_iteration=") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>The trees; round after round, one tree per target.</summary>
    public static TreeEnsemble Parse(string model)
    {
        var targets = Targets(model);
        var blocks = model.Split("\nTree=")[1..];
        var trees = blocks.Select((block, i) => new Tree(Nodes(block), i % targets)).ToList();
        return new TreeEnsemble(trees, targets, new double[targets]);
    }

    private static List<TreeNode> Nodes(string block)
    {
        var leaves = Doubles(block, "leaf_value=");
        var splits = Doubles(block, "split_feature=");
        if (splits.Length == 0) return [TreeNode.Leaf(leaves.Length > 0 ? leaves[0] : 0)];
        double[] thresholds = Doubles(block, "threshold="), kinds = Doubles(block, "decision_type="), left = Doubles(block, "left_child="), right = Doubles(block, "right_child=");
        var nodes = new List<TreeNode>(splits.Length + leaves.Length);
        for (var n = 0; n < splits.Length; n++)
        {
            // Bit 1: missing goes left; bits 2 and 3: what counts as missing (0 nothing: NaN is read as 0; 2 NaN).
            int kind = (int)kinds[n], missing = (kind >> 2) & 3;
            var missingLeft = missing == 2 ? (kind & 2) != 0 : 0 <= thresholds[n];
            nodes.Add(new TreeNode((int)splits[n], thresholds[n], Child(left[n]), Child(right[n]), missingLeft, 0));
        }
        nodes.AddRange(leaves.Select(TreeNode.Leaf));
        return nodes;

        // A negative child is the complement of a leaf's number.
        int Child(double id) => id >= 0 ? (int)id : splits.Length + ~(int)id;
    }

    private static double[] Doubles(string block, string key) =>
        Line(block, key) is { Length: > 0 } line ? [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)] : [];

    // A split that only parts missing from present values has an infinite threshold.
    private static double Number(string text) => text switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => double.Parse(text, CultureInfo.InvariantCulture) };

    private static string? Line(string text, string key)
    {
        var start = text.StartsWith(key, StringComparison.Ordinal) ? 0 : text.IndexOf("\n" + key, StringComparison.Ordinal) + 1;
        if (start == 0 && !text.StartsWith(key, StringComparison.Ordinal)) return null;
        var end = text.IndexOf('\n', start);
        return text[(start + key.Length)..(end < 0 ? text.Length : end)].Trim();
    }
}
