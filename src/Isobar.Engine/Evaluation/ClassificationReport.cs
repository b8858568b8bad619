namespace Isobar.Engine.Evaluation;

/// <summary>Decisions at a threshold: every class that reaches it is predicted, over all rows and classes.</summary>
/// <param name="Threshold">The least probability.</param>
public sealed record ThresholdCounts(double Threshold, long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    /// <summary>Share of what was predicted that is right; 1 where nothing was.</summary>
    public double Precision => TruePositives + FalsePositives == 0 ? 1 : (double)TruePositives / (TruePositives + FalsePositives);
    /// <summary>Share of what is right that was predicted.</summary>
    public double Recall => TruePositives + FalseNegatives == 0 ? 0 : (double)TruePositives / (TruePositives + FalseNegatives);
    /// <summary>Their harmonic mean.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
    /// <summary>Share of what is wrong that was predicted.</summary>
    public double FalsePositiveRate => FalsePositives + TrueNegatives == 0 ? 0 : (double)FalsePositives / (FalsePositives + TrueNegatives);
}

/// <summary>How good class probabilities are. Curves are micro-averaged: each class of each row is a decision of its own.</summary>
public sealed class ClassificationReport
{
    private readonly (float Score, bool Right)[] _all;
    private readonly (float Score, bool Right)[] _best;

    /// <param name="truth">Classes by number.</param>
    /// <param name="probabilities">Row by row.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="only">The one class whose decisions count, for a slice; null: all.</param>
    public ClassificationReport(ReadOnlySpan<float> truth, ReadOnlySpan<float> probabilities, int classes, int? only = null)
    {
        Rows = truth.Length;
        Confusion = new long[classes, classes];
        var all = new List<(float Score, bool Right)>();
        var best = new List<(float Score, bool Right)>();
        double loss = 0;
        for (var row = 0; row < truth.Length; row++)
        {
            var scores = probabilities.Slice(row * classes, classes);
            var (actual, top) = ((int)truth[row], 0);
            for (var c = 1; c < classes; c++) if (scores[c] > scores[top]) top = c;
            Confusion[actual, top]++;
            for (var c = 0; c < classes; c++)
            {
                if (only is { } one && one != c) continue;
                all.Add((scores[c], c == actual));
                // Of one class: a row where another class is the best predicts nothing.
                best.Add((c == top ? scores[c] : float.NegativeInfinity, c == actual));
            }
            loss -= only is { } slice
                ? Math.Log(Math.Clamp(slice == actual ? scores[slice] : 1 - scores[slice], 1e-15, 1))
                : Math.Log(Math.Clamp(scores[actual], 1e-15, 1));
        }
        (_all, _best) = ([.. all.OrderByDescending(d => d.Score)], [.. best.OrderByDescending(d => d.Score)]);
        LogLoss = truth.Length == 0 ? 0 : loss / truth.Length;
        (RocAuc, AveragePrecision) = Areas(_all);
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }
    /// <summary>Rows by actual and predicted class.</summary>
    public long[,] Confusion { get; }
    /// <summary>Mean negative logarithm of the right class's probability.</summary>
    public double LogLoss { get; }
    /// <summary>Area under the receiver operating characteristic, ties counted half.</summary>
    public double RocAuc { get; }
    /// <summary>Area under precision over recall, as a sum of steps (scikit-learn's average precision).</summary>
    public double AveragePrecision { get; }

    /// <summary>Decisions where every class at or above a threshold is predicted.</summary>
    public ThresholdCounts At(double threshold) => Count(_all, threshold);

    /// <summary>Decisions where of each row the likeliest class alone may be predicted.</summary>
    public ThresholdCounts BestAt(double threshold) => Count(_best, threshold);

    private static ThresholdCounts Count((float Score, bool Right)[] decisions, double threshold)
    {
        long tp = 0, fp = 0, fn = 0, tn = 0;
        foreach (var (score, right) in decisions)
        {
            var predicted = score >= (float)threshold && !float.IsNegativeInfinity(score);
            if (predicted && right) tp++;
            else if (predicted) fp++;
            else if (right) fn++;
            else tn++;
        }
        return new ThresholdCounts(threshold, tp, fp, fn, tn);
    }

    private static (double Roc, double Precision) Areas((float Score, bool Right)[] sorted)
    {
        long positives = sorted.LongCount(d => d.Right), negatives = sorted.Length - positives;
        if (positives == 0 || negatives == 0) return (0.5, positives == 0 ? 0 : 1);
        double roc = 0, average = 0;
        long tp = 0, fp = 0;
        for (var i = 0; i < sorted.Length;)
        {
            long right = 0, wrong = 0;
            var score = sorted[i].Score;
            for (; i < sorted.Length && sorted[i].Score == score; i++)
            {
                if (sorted[i].Right) right++;
                else wrong++;
            }
            roc += wrong * (tp + right / 2.0);
            (tp, fp) = (tp + right, fp + wrong);
            average += (double)right / positives * tp / (tp + fp);
        }
        return (roc / ((double)positives * negatives), average);
    }
}
