using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class WeightedScoresTests
{
    [Fact]
    public void Classes_TheExampleOfScikitLearn_HasItsValues()
    {
        // Of two classes, with what scikit-learn's documentation of roc_auc_score and average_precision_score shows.
        float[] truth = [0, 0, 1, 1], probabilities = [0.9f, 0.1f, 0.6f, 0.4f, 0.65f, 0.35f, 0.2f, 0.8f];
        var scores = WeightedScores.Classes(truth, probabilities, 2).ToDictionary();
        Assert.Equal(0.75, scores[WeightedScores.Auc], 6);
        Assert.Equal(5.0 / 6, scores[WeightedScores.AveragePrecision], 6);
        Assert.Equal(5.0 / 6, scores[WeightedScores.Precision], 6);
        Assert.Equal(0.5, scores[WeightedScores.NormMacroRecall], 6);
    }

    [Fact]
    public void Classes_AClassThatIsNotThere_CountsForNothing()
    {
        var scores = WeightedScores.Classes([0, 1, 0, 1], [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0], 3).ToDictionary();
        Assert.All(scores.Values, s => Assert.Equal(1, s, 6));
    }

    [Fact]
    public void Numbers_ErrorsAndRanks_AreRelative()
    {
        var scores = WeightedScores.Numbers([1, 2, 3, 5], [1, 2, 4, 4], Math.Sqrt(0.5), 0.5).ToDictionary();
        Assert.Equal(Math.Sqrt(0.5) / 4, scores[WeightedScores.Rmse], 6);
        Assert.Equal(0.125, scores[WeightedScores.Mae], 6);
        // Equal predictions share the mean of their ranks.
        Assert.Equal(4.5 / Math.Sqrt(22.5), scores[WeightedScores.Spearman], 6);
    }
}
