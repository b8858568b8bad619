namespace Isobar.Engine.Algorithms.Scoring;

/// <summary>The field's usual measures. Definitions as in scikit-learn's user guide.</summary>
public static class Scores
{
    /// <summary>What the dialect calls a metric.</summary>
    internal static string DialectName(TrainingRequest request, string name) => request.MetricNames.GetValueOrDefault(name, name);

    /// <summary>Measures of numbers against numbers: rmse, mse, mae, r2.</summary>
    public static IReadOnlyDictionary<string, double> Regression(ReadOnlySpan<float> truth, ReadOnlySpan<float> predicted)
    {
        double squared = 0, absolute = 0, mean = 0, total = 0;
        foreach (var t in truth) mean += t / truth.Length;
        for (var i = 0; i < truth.Length; i++)
        {
            double error = predicted[i] - truth[i];
            squared += error * error;
            absolute += Math.Abs(error);
            total += (truth[i] - mean) * (truth[i] - mean);
        }
        var mse = squared / truth.Length;
        return new Dictionary<string, double> { ["rmse"] = Math.Sqrt(mse), ["mse"] = mse, ["mae"] = absolute / truth.Length, ["r2"] = total == 0 ? 0 : 1 - squared / total };
    }

    /// <summary>Measures of class probabilities [rows, classes] against class numbers: accuracy, error, logloss, f1 (macro for several classes), and precision, recall and auc for two.</summary>
    public static IReadOnlyDictionary<string, double> Classification(ReadOnlySpan<float> truth, ReadOnlySpan<float> probabilities, int classes)
    {
        int rows = truth.Length, right = 0;
        double loss = 0;
        var confusion = new int[classes, classes];
        for (var r = 0; r < rows; r++)
        {
            var row = probabilities.Slice(r * classes, classes);
            var best = row.IndexOf(Max(row));
            var actual = (int)truth[r];
            confusion[actual, best]++;
            if (best == actual) right++;
            loss -= Math.Log(Math.Clamp(row[actual], 1e-15, 1));
        }
        var accuracy = (double)right / rows;
        var result = new Dictionary<string, double> { ["accuracy"] = accuracy, ["error"] = 1 - accuracy, ["logloss"] = loss / rows };
        if (classes != 2)
        {
            result["f1"] = Enumerable.Range(0, classes).Average(c => F1(confusion, c).F1);
            return result;
        }
        (result["precision"], result["recall"], result["f1"]) = F1(confusion, 1);
        var scores = new float[rows];
        for (var r = 0; r < rows; r++) scores[r] = probabilities[r * 2 + 1];
        result["auc"] = Auc(truth, scores);
        return result;
    }

    /// <summary>The area under the ROC curve, ties counted half; 0.5 when one class is absent.</summary>
    public static double Auc(ReadOnlySpan<float> truth, ReadOnlySpan<float> scores)
    {
        var keys = scores.ToArray();
        var labels = truth.ToArray();
        Array.Sort(keys, labels);
        double rankSum = 0;
        long positives = 0;
        for (var i = 0; i < keys.Length;)
        {
            var j = i;
            while (j < keys.Length && keys[j] == keys[i]) j++;
            // Tied scores share the mean of their ranks.
            var rank = (i + 1 + j) / 2.0;
            for (; i < j; i++)
            {
                if (labels[i] != 1) continue;
                rankSum += rank;
                positives++;
            }
        }
        var negatives = keys.Length - positives;
        return positives == 0 || negatives == 0 ? 0.5 : (rankSum - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }

    private static (double Precision, double Recall, double F1) F1(int[,] confusion, int c)
    {
        int hit = confusion[c, c], predicted = 0, actual = 0;
        for (var k = 0; k < confusion.GetLength(0); k++)
        {
            predicted += confusion[k, c];
            actual += confusion[c, k];
        }
        double precision = predicted == 0 ? 0 : (double)hit / predicted, recall = actual == 0 ? 0 : (double)hit / actual;
        return (precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    private static float Max(ReadOnlySpan<float> values)
    {
        var max = float.NegativeInfinity;
        foreach (var v in values) max = Math.Max(max, v);
        return max;
    }
}
