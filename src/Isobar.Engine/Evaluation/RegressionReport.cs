using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.Evaluation;

/// <summary>How good predicted numbers are.</summary>
/// <param name="RootMeanSquaredLogError">Null where a number lies below 0.</param>
/// <param name="MeanAbsolutePercentageError">In percent, over rows whose number is not 0; null where all are.</param>
public sealed record RegressionReport(double RootMeanSquaredError, double MeanAbsoluteError, double? MeanAbsolutePercentageError, double RSquared, double? RootMeanSquaredLogError)
{
    /// <summary>Compares predictions with the truth.</summary>
    public static RegressionReport Of(ReadOnlySpan<float> truth, ReadOnlySpan<float> predicted)
    {
        var scores = Scores.Regression(truth, predicted);
        double percent = 0, log = 0;
        int counted = 0;
        var below = false;
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] != 0)
            {
                percent += Math.Abs((predicted[i] - (double)truth[i]) / truth[i]) * 100;
                counted++;
            }
            below |= truth[i] < 0 || predicted[i] < 0;
            if (!below) log += Math.Pow(Math.Log(1 + predicted[i]) - Math.Log(1 + truth[i]), 2);
        }
        return new RegressionReport(scores["rmse"], scores["mae"], counted == 0 ? null : percent / counted, scores["r2"], below || truth.Length == 0 ? null : Math.Sqrt(log / truth.Length));
    }
}
