using System.Globalization;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;

namespace Isobar.Engine.Tests.Monitoring;

public sealed class ModelQualityTests
{
    [Fact]
    public void Binary_KnownConfusion_GivesTheTextbookMetrics()
    {
        // 3 true positives, 1 false positive, 2 false negatives, 4 true negatives; models answer 1.0 where the truth is 1.
        var answers = Many(3, "1.0", "1", 0.9).Concat(Many(1, "1", "0", 0.8)).Concat(Many(2, "0", "1", 0.3)).Concat(Many(4, "0", "0", 0.1)).ToList();

        var metrics = ModelQuality.Measure(ProblemKind.BinaryClassification, answers).Value.Metrics;

        Assert.Equal(0.7, metrics["accuracy"], 6);
        Assert.Equal(0.75, metrics["precision"], 6);
        Assert.Equal(0.6, metrics["recall"], 6);
        Assert.Equal(2 * 0.75 * 0.6 / 1.35, metrics["f1"], 6);
        // Of 25 pairs, 3·5 + 2·4 are in order.
        Assert.Equal(23 / 25.0, metrics["auc"], 6);
    }

    [Fact]
    public void Regression_KnownErrors_GivesTheTextbookMetrics()
    {
        var answers = new[] { (1.0, 2.0), (2.0, 2.0), (4.0, 3.0), (5.0, 5.0) }.Select(p => new JudgedAnswer(p.Item1.ToString(CultureInfo.InvariantCulture), p.Item2.ToString(CultureInfo.InvariantCulture))).ToList();

        var metrics = ModelQuality.Measure(ProblemKind.Regression, answers).Value.Metrics;

        Assert.Equal(0.5, metrics["mae"], 6);
        Assert.Equal(Math.Sqrt(0.5), metrics["rmse"], 6);
        Assert.Equal(1 - 2 / 6.0, metrics["r2"], 6);
    }

    [Fact]
    public void Check_WorseThanBaseline_NamesTheMetric()
    {
        var good = ModelQuality.Measure(ProblemKind.MulticlassClassification, [.. Many(9, "a", "a"), .. Many(1, "b", "b")]).Value;
        var bad = ModelQuality.Measure(ProblemKind.MulticlassClassification, [.. Many(7, "a", "a"), .. Many(3, "b", "a")]).Value;

        Assert.Empty(QualityBaseline.Check(good, QualityBaseline.Suggest(good)));
        Assert.Contains(QualityBaseline.Check(bad, QualityBaseline.Suggest(good)), v => v is { Subject: "accuracy", Check: CheckType.BelowThreshold });
    }

    [Fact]
    public void Measure_NothingJudged_IsAnError() => Assert.False(ModelQuality.Measure(ProblemKind.Regression, []).IsOk);

    private static IEnumerable<JudgedAnswer> Many(int count, string predicted, string truth, double? probability = null) => Enumerable.Repeat(new JudgedAnswer(predicted, truth, probability), count);
}
