namespace Isobar.Engine.Algorithms.Scoring;

/// <summary>Measures of several classes weighted by how frequent each is, and of numbers relative to their range or by their logarithms. Definitions as in scikit-learn's user guide, and of the normalized ones as Azure's automated machine learning documents them.</summary>
internal static class WeightedScores
{
    public const string Auc = "auc_weighted", AveragePrecision = "average_precision_weighted", Precision = "precision_weighted", NormMacroRecall = "norm_macro_recall";
    public const string Rmse = "nrmse", Mae = "nmae", Spearman = "spearman", LogError = "rmsle";

    /// <summary>The measures of class probabilities [rows, classes] against class numbers.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Classes(float[] truth, float[] probabilities, int classes)
    {
        var rows = truth.Length;
        int[] actual = new int[classes], predicted = new int[classes], hits = new int[classes];
        for (var r = 0; r < rows; r++)
        {
            var row = probabilities.AsSpan(r * classes, classes);
            var best = 0;
            for (var c = 1; c < classes; c++) if (row[c] > row[best]) best = c;
            actual[(int)truth[r]]++;
            predicted[best]++;
            if (best == (int)truth[r]) hits[best]++;
        }
        double auc = 0, average = 0, precision = 0, recall = 0;
        var present = 0;
        for (var c = 0; c < classes; c++)
        {
            if (actual[c] == 0) continue;
            present++;
            var (isClass, scores) = (truth.Select(t => (int)t == c ? 1f : 0f).ToArray(), Enumerable.Range(0, rows).Select(r => probabilities[r * classes + c]).ToArray());
            var share = (double)actual[c] / rows;
            auc += share * Scores.Auc(isClass, scores);
            average += share * AverageOf(isClass, scores, actual[c]);
            precision += share * (predicted[c] == 0 ? 0 : (double)hits[c] / predicted[c]);
            recall += (double)hits[c] / actual[c];
        }
        // What guessing gives is 0, what is right throughout is 1.
        var chance = 1.0 / Math.Max(2, classes);
        yield return new(Auc, auc);
        yield return new(AveragePrecision, average);
        yield return new(Precision, precision);
        yield return new(NormMacroRecall, present == 0 ? 0 : (recall / present - chance) / (1 - chance));
    }

    /// <summary>The measures of numbers against numbers; errors are shares of the range of the truth.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Numbers(float[] truth, float[] predicted, double rmse, double mae)
    {
        double range = truth.Length == 0 ? 0 : (double)truth.Max() - truth.Min();
        if (range <= 0) range = 1;
        yield return new(Rmse, rmse / range);
        yield return new(Mae, mae / range);
        yield return new(Spearman, Correlation(Ranks(truth), Ranks(predicted)));
        // What lies below 0 has no logarithm of its own here and counts as 0.
        yield return new(LogError, truth.Length == 0 ? 0 : Math.Sqrt(truth.Zip(predicted, (t, p) => Math.Pow(Math.Log(1 + Math.Max(0.0, t)) - Math.Log(1 + Math.Max(0.0, p)), 2)).Average()));
    }

    private static double AverageOf(float[] isClass, float[] scores, int positives)
    {
        Array.Sort(scores, isClass);
        double sum = 0;
        int seen = 0, hits = 0;
        for (var i = scores.Length - 1; i >= 0;)
        {
            // Equal scores are one threshold.
            var (score, before) = (scores[i], hits);
            for (; i >= 0 && scores[i] == score; i--)
            {
                seen++;
                if (isClass[i] == 1) hits++;
            }
            sum += (double)(hits - before) / positives * hits / seen;
        }
        return sum;
    }

    private static double[] Ranks(float[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var i = 0; i < order.Length;)
        {
            var end = i;
            while (end < order.Length && values[order[end]] == values[order[i]]) end++;
            for (var (rank, from) = ((i + end - 1) / 2.0, i); from < end; from++) ranks[order[from]] = rank;
            i = end;
        }
        return ranks;
    }

    private static double Correlation(double[] a, double[] b)
    {
        if (a.Length == 0) return 0;
        double meanA = a.Average(), meanB = b.Average(), both = 0, squaresA = 0, squaresB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            both += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return squaresA == 0 || squaresB == 0 ? 0 : both / Math.Sqrt(squaresA * squaresB);
    }
}
