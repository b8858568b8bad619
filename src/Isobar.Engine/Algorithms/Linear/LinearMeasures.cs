using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>What a linear model scores on some rows: the usual measures, its own loss, F-beta, and the share of rows whose class is among the likeliest few.</summary>
/// <param name="Threshold">The probability from which a row counts as positive, of two classes.</param>
internal sealed record LinearMeasures(LearningTask Task, ILinearLoss Loss, int Classes, float Threshold, double Beta, int TopK)
{
    public IReadOnlyDictionary<string, double> Of(Matrix rows, ReadOnlySpan<float> predictions)
    {
        if (Task == LearningTask.Regression) return new Dictionary<string, double>(Scores.Regression(rows.Labels, predictions)) { ["loss"] = MeanLoss(rows, predictions) };
        var measures = new Dictionary<string, double>(Scores.Classification(rows.Labels, predictions, Classes)) { ["loss"] = MeanLoss(rows, predictions) };
        if (Task == LearningTask.Binary) AddBinary(rows, predictions, measures);
        else AddSeveral(rows, predictions, measures);
        return measures;
    }

    private void AddBinary(Matrix rows, ReadOnlySpan<float> predictions, Dictionary<string, double> measures)
    {
        // Stated as certainties, so that the threshold decides and not the larger half.
        var decided = new float[predictions.Length];
        for (var r = 0; r < rows.Rows; r++) decided[(2 * r) + (predictions[(2 * r) + 1] >= Threshold ? 1 : 0)] = 1;
        var at = Scores.Classification(rows.Labels, decided, 2);
        foreach (var name in new[] { "accuracy", "error", "precision", "recall", "f1" }) measures[name] = at[name];
        measures["f_beta"] = ThresholdChoice.FBeta(at["precision"], at["recall"], Beta);
    }

    private void AddSeveral(Matrix rows, ReadOnlySpan<float> predictions, Dictionary<string, double> measures)
    {
        double near = 0, gain = 0;
        var confusion = new double[Classes, Classes];
        for (var r = 0; r < rows.Rows; r++)
        {
            var row = predictions.Slice(r * Classes, Classes);
            var actual = (int)rows.Labels![r];
            int place = 0, best = 0;
            for (var c = 0; c < Classes; c++)
            {
                if (row[c] > row[actual] || (row[c] == row[actual] && c < actual)) place++;
                if (row[c] > row[best]) best = c;
            }
            if (place < TopK) near++;
            gain += 1 / Math.Log2(place + 2);
            confusion[actual, best]++;
        }
        var classes = Enumerable.Range(0, Classes).Select(c =>
        {
            double actual = Enumerable.Range(0, Classes).Sum(k => confusion[c, k]), predicted = Enumerable.Range(0, Classes).Sum(k => confusion[k, c]);
            return (Precision: predicted == 0 ? 0 : confusion[c, c] / predicted, Recall: actual == 0 ? 0 : confusion[c, c] / actual);
        }).ToArray();
        measures["top_k_accuracy"] = near / rows.Rows;
        measures["dcg"] = gain / rows.Rows;
        measures["macro_precision"] = classes.Average(c => c.Precision);
        measures["macro_recall"] = classes.Average(c => c.Recall);
        measures["f_beta"] = classes.Average(c => ThresholdChoice.FBeta(c.Precision, c.Recall, Beta));
    }

    /// <summary>The mean loss, from the scores that the predictions came from.</summary>
    private double MeanLoss(Matrix rows, ReadOnlySpan<float> predictions)
    {
        var width = Loss.Scores;
        double sum = 0;
        var scores = new double[width];
        var slopes = new double[width];
        for (var r = 0; r < rows.Rows; r++)
        {
            for (var k = 0; k < width; k++) scores[k] = Task switch
            {
                LearningTask.Regression => predictions[r],
                LearningTask.Binary => Math.Log(Math.Max(predictions[(2 * r) + 1], 1e-30)) - Math.Log(Math.Max(predictions[2 * r], 1e-30)),
                _ => Math.Log(Math.Max(predictions[(r * width) + k], 1e-30)),
            };
            sum += Loss.Evaluate(scores, rows.Labels![r], 1e-9, slopes);
        }
        return sum / rows.Rows;
    }
}
