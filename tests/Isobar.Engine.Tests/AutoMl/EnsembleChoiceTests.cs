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

    [Fact]
    public void Weigh_ProbabilitiesOfFewRows_LeaveTheBestOfEachAlgorithmAVoice()
    {
        // The trees tell every row apart; the others are less sure, and one of each kind the least.
        var weights = Probabilities(Rows, ("boosted-trees", 0.999f), ("boosted-trees", 0.9f), ("logistic", 0.8f), ("logistic", 0.7f), ("k-nearest-neighbours", 0.8f));
        Assert.Equal([0.9333, 0, 0.0333, 0, 0.0333], weights.Select(w => Math.Round(w, 4)));
    }

    [Fact]
    public void Weigh_ProbabilitiesOfManyRows_AreLeftAsTheyAre() =>
        Assert.Equal([1, 0], Probabilities(2000, ("boosted-trees", 0.999f), ("logistic", 0.8f)));

    [Fact]
    public void Length_OfSeveralFolds_IsBestForAllTogether()
    {
        // One fold tells its rows apart and would go on; another has stopped after its best.
        Assert.Equal(3, BoostingLength.Of([[0.9, 0.5, 0.3, 0.2, 0.1], [0.9, 0.6, 0.5, 0.9]]));
        Assert.Equal(5, BoostingLength.Of([[0.9, 0.5, 0.3, 0.2, 0.1], [0.9, 0.6]]));
        Assert.Null(BoostingLength.Of([[], []]));
    }

    [Theory]
    [InlineData(0.8f, 1.0)]
    [InlineData(0.95f, 3)]
    public void Sharpness_OfSureOrUnsureProbabilities_MendsWhatIsOff(float share, double expected)
    {
        // Every row is told with 0.8: four in five are right, or nearly all.
        var labels = Enumerable.Range(0, 1000).Select(r => r < share * 1000 ? 0f : 1f).ToArray();
        var power = SharpnessChoice.Of([.. labels.SelectMany(_ => new[] { 0.8f, 0.2f })], labels, 2, 1);
        if (expected == 1) Assert.Equal(1, power);
        else Assert.InRange(power, 1.5, expected);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void Sharpness_OfRowsThatAreTheSameAgain_TakesTheGainForChanceSooner(int repeats, bool mended)
    {
        // 0.8 was said of forty rows, of which 35 are so: more than one standard error by forty rows, less by a third as many.
        var labels = Enumerable.Range(0, 40).Select(r => r < 35 ? 0f : 1f).ToArray();
        Assert.Equal(mended, SharpnessChoice.Of([.. labels.SelectMany(_ => new[] { 0.8f, 0.2f })], labels, 2, repeats) != 1);
    }

    [Fact]
    public void Predict_SharpEnsemble_LeavesVoicesAsTheyAre()
    {
        var member = new Candidate(new CandidateSpec("m", "logistic", new Dictionary<string, string>()), new EncodingNeeds(false, false, false), [], [], [], TimeSpan.Zero);
        var ensemble = new Ensemble([new Member(member, 0.9) { Voice = 0.1 }, new Member(member, 0.1) { Voice = 0.1 }], 2);
        // Two thirds become four fifths, at a weight of 0.8; the voices say two thirds and a half as before.
        Assert.Equal(0.8 * 0.8 + 0.1 * 2 / 3 + 0.1 * 0.5, ensemble.Predict([[2f / 3, 1f / 3], [0.5f, 0.5f]], 2)[0], 5);
    }

    [Fact]
    public void Sharpen_Rows_SumToOneInTheSameOrder() =>
        Assert.Equal([0.8f, 0.2f, 0.5f, 0.5f], Ensemble.Sharpen([2f / 3, 1f / 3, 0.5f, 0.5f], 2, 2).Select(p => MathF.Round(p, 5)));

    /// <summary>Of candidates that are right about every row of two classes, each as sure as it is.</summary>
    private static double[] Probabilities(int rows, params (string Algorithm, float Sure)[] models)
    {
        var matrix = new Matrix(new float[rows], rows, 1, [.. Enumerable.Range(0, rows).Select(r => (float)(r % 2))], null);
        var folds = Folds.Draw(5, 0, 0, matrix, LearningTask.Binary, seed: 1);
        var candidates = models.Select((m, i) => new Candidate(new CandidateSpec($"m{i}", m.Algorithm, new Dictionary<string, string>()), new EncodingNeeds(false, false, false), [],
            [.. folds.HeldOut.SelectMany(r => r % 2 == 0 ? new[] { m.Sure, 1 - m.Sure } : [1 - m.Sure, m.Sure])], [], TimeSpan.Zero)).ToList();
        return [.. EnsembleChoice.Weigh(new SelectionRows(candidates, folds, matrix, 2, new Objective("logloss")), most: 8).Select(w => w.All)];
    }

    private static double[] Weigh(params Func<int, float>[] models)
    {
        var folds = Folds.Draw(5, 0, 0, Numbers, LearningTask.Regression, seed: 1);
        var candidates = models.Select((model, i) => new Candidate(new CandidateSpec($"m{i}", "linear", new Dictionary<string, string>()), new EncodingNeeds(false, false, false), [], [.. folds.HeldOut.Select(model)], [], TimeSpan.Zero)).ToList();
        return [.. EnsembleChoice.Weigh(new SelectionRows(candidates, folds, Numbers, 1, new Objective("rmse")), most: 4).Select(w => w.All)];
    }
}
