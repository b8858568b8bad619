using Isobar.Engine.Evaluation;

namespace Isobar.Engine.Tests.Evaluation;

public sealed class ReportTests
{
    // Four rows of two classes; the areas as scikit-learn's roc_auc_score and average_precision_score give them for the known example 0.1, 0.4, 0.35, 0.8.
    private static readonly float[] Truth = [0, 0, 1, 1];
    private static readonly float[] Probabilities = [0.9f, 0.1f, 0.6f, 0.4f, 0.65f, 0.35f, 0.2f, 0.8f];

    [Fact]
    public void Classification_OneClass_HasTheKnownAreas()
    {
        var report = new ClassificationReport(Truth, Probabilities, 2, only: 1);
        Assert.Equal(0.75, report.RocAuc, 6);
        Assert.Equal(0.8333333, report.AveragePrecision, 6);
        Assert.Equal((2, 1, 0, 1), Counts(report.At(0.35)));
        Assert.Equal((1, 0, 1, 2), Counts(report.BestAt(0)));
        Assert.Equal(2.0 / 3, report.At(0.35).Precision, 6);
    }

    [Fact]
    public void Classification_AllClasses_CountsEveryDecision()
    {
        var report = new ClassificationReport(Truth, Probabilities, 2);
        Assert.Equal(new long[,] { { 2, 0 }, { 1, 1 } }, report.Confusion);
        Assert.Equal((4, 4, 0, 0), Counts(report.At(0)));
        Assert.Equal((3, 1, 1, 3), Counts(report.At(0.5)));
        Assert.Equal((3, 1, 1, 3), Counts(report.BestAt(0)));
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.6) + Math.Log(0.35) + Math.Log(0.8)) / 4, report.LogLoss, 6);
    }

    [Fact]
    public void Regression_KnownNumbers_HaveTheirErrors()
    {
        var report = RegressionReport.Of([3, 5, 2.5f, 7], [2.5f, 5, 4, 8]);
        Assert.Equal(Math.Sqrt(0.875), report.RootMeanSquaredError, 6);
        Assert.Equal(0.75, report.MeanAbsoluteError, 6);
        Assert.Equal(Math.Sqrt(0.03973012), report.RootMeanSquaredLogError!.Value, 5);
        Assert.Equal((100 * 0.5 / 3 + 0 + 100 * 1.5 / 2.5 + 100.0 / 7) / 4, report.MeanAbsolutePercentageError!.Value, 5);
        Assert.Null(RegressionReport.Of([-1, 0], [0, 0]).RootMeanSquaredLogError);
        Assert.Null(RegressionReport.Of([0, 0], [1, 0]).MeanAbsolutePercentageError);
    }

    private static (long, long, long, long) Counts(ThresholdCounts counts) => (counts.TruePositives, counts.FalsePositives, counts.FalseNegatives, counts.TrueNegatives);
}
