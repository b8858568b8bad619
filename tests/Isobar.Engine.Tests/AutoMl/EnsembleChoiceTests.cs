using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.AutoMl;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class EnsembleChoiceTests
{
    private const int Rows = 120;
    private static readonly Matrix Numbers = new(new float[Rows], Rows, 1, [.. Enumerable.Range(0, Rows).Select(r => (float)(r % 7))], null);

    [Fact]
    public void Draw_FewRows_HoldsEachOutThreeTimesAndNeverFitsOnIt()
    {
        var folds = Folds.Draw(5, 0, 0, Numbers, LearningTask.Regression, seed: 1);
        Assert.Equal(15, folds.Count);
        Assert.All(folds.HeldOut.CountBy(r => r), c => Assert.Equal(3, c.Value));
        Assert.All(Enumerable.Range(0, 15), f => Assert.Equal(Enumerable.Range(0, Rows), folds.Training(f).Concat(folds.Validation(f)).Order()));
        Assert.NotEqual(folds.Validation(0), folds.Validation(5));
    }

    [Fact]
    public void Draw_HoldoutAskedFor_IsOneWhateverTheRepeats()
    {
        var folds = Folds.Draw(5, 3, 0.25, Numbers, LearningTask.Regression, seed: 1);
        Assert.Equal(30, Assert.Single(folds.Parts).Length);
    }

    [Fact]
    public void Weigh_ErrorsThatCancel_AreCombined()
    {
        var weights = Weigh(row => Numbers.Labels![row] + 1, row => Numbers.Labels![row] - 1, _ => 9);
        Assert.Equal([0.5, 0.5, 0], weights.Select(w => Math.Round(w, 6)));
    }

    [Fact]
    public void Weigh_OneThatIsRight_StandsAlone()
    {
        var weights = Weigh(row => Numbers.Labels![row], row => Numbers.Labels![row] + 1, row => Numbers.Labels![row] + 2);
        Assert.Equal([1, 0, 0], weights);
    }

    [Fact]
    public void Weigh_TheLimitOfMembers_IsKept()
    {
        var random = new Random(5);
        var noise = Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, Rows).Select(_ => random.NextSingle() * 2 - 1).ToArray()).ToList();
        var weights = Weigh([.. noise.Select(n => (Func<int, float>)(row => Numbers.Labels![row] + n[row]))]);
        Assert.Equal(4, weights.Count(w => w > 0));
        Assert.Equal(1, weights.Sum(), 9);
    }

    [Theory]
    [InlineData(0.8f, 1.0)]
    [InlineData(0.95f, 3)]
    public void Sharpness_OfSureOrUnsureProbabilities_MendsWhatIsOff(float share, double expected)
    {
        // Every row is told with 0.8: four in five are right, or nearly all.
        var labels = Enumerable.Range(0, 1000).Select(r => r < share * 1000 ? 0f : 1f).ToArray();
        var power = SharpnessChoice.Of([.. labels.SelectMany(_ => new[] { 0.8f, 0.2f })], labels, 2);
        if (expected == 1) Assert.Equal(1, power);
        else Assert.InRange(power, 1.5, expected);
    }

    [Fact]
    public void Sharpen_Rows_SumToOneInTheSameOrder() =>
        Assert.Equal([0.8f, 0.2f, 0.5f, 0.5f], Ensemble.Sharpen([2f / 3, 1f / 3, 0.5f, 0.5f], 2, 2).Select(p => MathF.Round(p, 5)));

    private static double[] Weigh(params Func<int, float>[] models)
    {
        var folds = Folds.Draw(5, 0, 0, Numbers, LearningTask.Regression, seed: 1);
        var candidates = models.Select((model, i) => new Candidate(new CandidateSpec($"m{i}", "linear", new Dictionary<string, string>()), new EncodingNeeds(false, false, false), [], [.. folds.HeldOut.Select(model)], [], TimeSpan.Zero)).ToList();
        return EnsembleChoice.Weigh(new SelectionRows(candidates, folds, Numbers, 1, new Objective("rmse")), most: 4);
    }
}
