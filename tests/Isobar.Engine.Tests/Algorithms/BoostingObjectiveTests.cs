using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Trees;
using Isobar.Engine.Algorithms.Trees.Objectives;
using Isobar.Engine.Tests.Onnx;

namespace Isobar.Engine.Tests.Algorithms;

public sealed class BoostingObjectiveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cox_Gradients_AreTheSlopesOfThePartialLikelihood()
    {
        // Ties of events, ties of an event and a censored row, and a censored last row.
        var rows = Rows([5, 3, 3, -3, 8, 1, -2, 8, -9], 1);
        var objective = new CoxObjective(rows);
        double[] scores = [0.3, -1.2, 0.7, 2.0, -0.4, 0.1, 1.1, 0.9, -0.6];
        CheckSlopes(objective, scores, s => objective.Evaluate(rows, s) * 6);
    }

    [Fact]
    public void Cox_Concordance_IsThatOfEveryPair()
    {
        var random = new Random(9);
        for (var round = 0; round < 20; round++)
        {
            // Few different times and hazards, so that there are ties of both.
            var labels = Enumerable.Range(0, 60).Select(_ => (float)((random.Next(12) + 1) * (random.Next(3) == 0 ? -1 : 1))).ToArray();
            var hazards = labels.Select(_ => (float)Math.Exp(random.Next(8) - 4)).ToArray();
            double right = 0, pairs = 0;
            for (var i = 0; i < labels.Length; i++)
            {
                for (var j = 0; j < labels.Length; j++)
                {
                    if (labels[i] <= 0 || Math.Abs(labels[j]) <= labels[i]) continue;
                    pairs++;
                    right += hazards[i] > hazards[j] ? 1 : hazards[i] == hazards[j] ? 0.5 : 0;
                }
            }
            var rows = Rows(labels, 1);
            Assert.Equal(right / pairs, new CoxObjective(rows).Measure(rows, hazards)["c-index"], 1e-12);
        }
    }

    [Fact]
    public void SquaredLog_Gradients_AreTheSlopesOfTheLoss()
    {
        var rows = Rows([0, 3, 12, 150, 0.5f], 1);
        var objective = new SquaredLogObjective(rows);
        double[] scores = [0.3, 2, 30, 90, 0.1];
        CheckSlopes(objective, scores, s => Math.Pow(objective.Evaluate(rows, s), 2) * 5 / 2, curvature: false);
    }

    [Theory]
    [InlineData("rank_ndcg")]
    [InlineData("rank_map")]
    public void PlaceExchange_EveryPair_IsWhatTheMeasureLosesOrGains(string kind)
    {
        var random = new Random(4);
        for (var round = 0; round < 50; round++)
        {
            var labels = Enumerable.Range(0, 9).Select(_ => (float)random.Next(kind == "rank_map" ? 2 : 5)).ToArray();
            labels[random.Next(9)] = 1;
            var scores = labels.Select(_ => random.NextDouble()).ToArray();
            var order = RankingMeasures.Order(scores);
            var exchange = new PlaceExchange(kind, labels, order);
            for (var i = 0; i < 9; i++)
            {
                for (var j = i + 1; j < 9; j++)
                {
                    if (labels[order[i]] == labels[order[j]]) continue;
                    var swapped = scores.ToArray();
                    (swapped[order[i]], swapped[order[j]]) = (scores[order[j]], scores[order[i]]);
                    Assert.Equal(Math.Abs(Measure(swapped) - Measure(scores)), exchange.Change(i, j), 1e-9);
                }
            }

            double Measure(double[] s) => kind == "rank_map" ? RankingMeasures.Map(Rows(labels, 1), s, 0) : RankingMeasures.Ndcg(Rows(labels, 1), s, 0);
        }
    }

    [Fact]
    public void Ndcg_KnownOrder_IsTheTextbooksValue()
    {
        // Relevances 3 2 3 0 1 2 in the order shown: DCG 13.848, ideal 14.595 (exponential gain).
        var rows = Rows([3, 2, 3, 0, 1, 2], 1);
        Assert.Equal(0.9488, RankingMeasures.Ndcg(rows, [6, 5, 4, 3, 2, 1], 0), 4);
        // Relevant at places 1 and 3 of two relevant rows: (1 + 2/3) / 2.
        Assert.Equal(5.0 / 6, RankingMeasures.Map(Rows([1, 0, 1, 0], 1), [4, 3, 2, 1], 0), 9);
    }

    [Theory]
    [InlineData("rank_pairwise", 4)]
    [InlineData("rank_ndcg", 4)]
    [InlineData("rank_map", 2)]
    public async Task TrainAsync_Ranking_OrdersUnseenGroups(string objective, int levels)
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var random = new Random(11);
        Write("train/a.libsvm", Groups(random, 80, levels));
        Write("validation/a.libsvm", Groups(random, 40, levels));
        var manifest = await TrainAsync(objective, DataFormat.LibSvm);
        Assert.True(manifest.Metrics["validation:ndcg"] > 0.95, $"ndcg {manifest.Metrics["validation:ndcg"]}");
        Assert.True(manifest.Metrics["validation:map"] > 0.9, $"map {manifest.Metrics["validation:map"]}");
        Assert.DoesNotContain("validation:rmse", manifest.Metrics.Keys);
    }

    [Fact]
    public async Task TrainAsync_Cox_PutsHigherHazardsFirst()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var random = new Random(3);
        Write("train/a.csv", Survival(random, 800));
        Write("validation/a.csv", Survival(random, 300));
        var manifest = await TrainAsync("cox", DataFormat.Csv);
        Assert.True(manifest.Metrics["validation:c-index"] > 0.75, $"c-index {manifest.Metrics["validation:c-index"]}");
        Assert.True(manifest.Metrics["validation:cox-nloglik"] < manifest.Metrics["train:cox-nloglik"], "the mean over fewer rows at risk is smaller");
    }

    [Fact]
    public async Task TrainAsync_SquaredLog_FitsRatios()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var random = new Random(3);
        var rows = Enumerable.Range(0, 400).Select(_ => random.NextDouble() * 6).Select(x => FormattableString.Invariant($"{Math.Exp(x)},{x}")).ToArray();
        Write("train/a.csv", string.Join('\n', rows[..300]));
        Write("validation/a.csv", string.Join('\n', rows[300..]));
        var manifest = await TrainAsync("squared_log", DataFormat.Csv);
        Assert.True(manifest.Metrics["validation:rmsle"] < 0.1, $"rmsle {manifest.Metrics["validation:rmsle"]}");
    }

    [Theory]
    [InlineData("1 qid:1 1:2\n0 1:3\n", "either every row has a qid or none has")]
    [InlineData("1 qid:one 1:2\n", "qid:")]
    [InlineData("-1 qid:1 1:2\n0 qid:1 1:3\n", "a relevance from 0 to 31")]
    public async Task TrainAsync_BadRankingData_SaysWhere(string data, string message)
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        Write("train/a.libsvm", data);
        var result = await Trainer.TrainAsync(Request("rank_ndcg", DataFormat.LibSvm), new TrainingFolders(_folder.Path, _folder["out"], null), new Graphs.Silent(), TestContext.Current.CancellationToken);
        Assert.False(result.TryGet(out _, out var error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private async Task<ModelManifest> TrainAsync(string objective, DataFormat format)
    {
        var result = await Trainer.TrainAsync(Request(objective, format), new TrainingFolders(_folder.Path, _folder["out"], null), new Graphs.Silent(), TestContext.Current.CancellationToken);
        return result.TryGet(out var manifest, out var error) ? manifest : throw new InvalidOperationException(error.Message);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }

    private static TrainingRequest Request(string objective, DataFormat format) => new()
    {
        Algorithm = "boosted-trees",
        Task = LearningTask.Regression,
        Layout = new DataLayout { Format = format, Label = "0", NumbersOnly = true },
        HyperParameters = new Dictionary<string, string> { ["objective"] = objective, ["rounds"] = "40", ["early_stopping_rounds"] = "15", ["leaves"] = "8", ["learning_rate"] = "0.2" },
    };

    /// <summary>Rows whose relevance comes from x1 + x2, above an offset of their group: only an order within the group can be learnt.</summary>
    private static string Groups(Random random, int groups, int levels)
    {
        var lines = new List<string>();
        for (var g = 0; g < groups; g++)
        {
            for (var r = 0; r < 12; r++)
            {
                double x1 = random.NextDouble(), x2 = random.NextDouble();
                var relevance = Math.Min(levels - 1, (int)((x1 + x2) / 2 * levels));
                lines.Add(FormattableString.Invariant($"{relevance} qid:{g} 1:{x1} 2:{x2} 3:{random.NextDouble()}"));
            }
        }
        return string.Join('\n', lines);
    }

    /// <summary>Exponential survival times with the hazard exp(2 x), a third of them censored.</summary>
    private static string Survival(Random random, int rows) => string.Join('\n', Enumerable.Range(0, rows).Select(_ =>
    {
        var x = (random.NextDouble() * 4) - 2;
        double time = -Math.Log(1 - random.NextDouble()) / Math.Exp(2 * x), seen = random.NextDouble() < 0.33 ? time * random.NextDouble() : time;
        return FormattableString.Invariant($"{(seen < time ? -seen : seen) + (seen == 0 ? 1e-6 : 0)},{x},{random.NextDouble()}");
    }));

    private static Matrix Rows(float[] labels, int columns) => new(new float[labels.Length * columns], labels.Length, columns, labels, null);

    private static void CheckSlopes(IBoostingObjective objective, double[] scores, Func<double[], double> loss, bool curvature = true)
    {
        float[] gradients = new float[scores.Length], hessians = new float[scores.Length];
        objective.Derive(scores, gradients, hessians);
        for (var r = 0; r < scores.Length; r++)
        {
            const double step = 1e-4;
            double up = Moved(step), down = Moved(-step), here = loss(scores);
            Assert.Equal((up - down) / (2 * step), gradients[r], 1e-4);
            if (curvature && hessians[r] > 1e-5) Assert.Equal((up - (2 * here) + down) / (step * step), hessians[r], 1e-3);

            double Moved(double by)
            {
                var moved = scores.ToArray();
                moved[r] += by;
                return loss(moved);
            }
        }
    }
}
