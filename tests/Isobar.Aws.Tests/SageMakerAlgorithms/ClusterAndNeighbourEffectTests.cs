namespace Isobar.Aws.Tests.SageMakerAlgorithms;

/// <summary>What the hyperparameters of k-NN, K-Means, PCA and Random Cut Forest do to their models.</summary>
public sealed class ClusterAndNeighbourEffectTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [InlineData("sign")]
    [InlineData("fjlt")]
    public async Task DimensionReduction_KeepsDistancesNearlyAndTheFewerTheLess(string type)
    {
        var (train, held) = (Heaps(300, 40, 1), Heaps(200, 40, 2));
        async Task<double> AccuracyAsync(string target) => (await NeighboursAsync(train, held, ("dimension_reduction_type", type), ("dimension_reduction_target", target))).Metric("validation:accuracy");
        double many = await AccuracyAsync("30"), one = await AccuracyAsync("1");
        Assert.True(many > 0.9, $"{many}");
        Assert.True(one < many, $"{one} against {many}");
    }

    [Fact]
    public async Task DimensionReduction_ToAsManyFeatures_IsRefused() =>
        Assert.Contains("must be less than 'feature_dim'", await _fitting.RefusalAsync("knn", Neighbours(("dimension_reduction_type", "sign"), ("dimension_reduction_target", "40")), Heaps(20, 40, 1)), StringComparison.Ordinal);

    [Theory]
    [InlineData("faiss.IVFFlat", "faiss_index_ivf_nlists", "20")]
    [InlineData("faiss.IVFPQ", "faiss_index_pq_m", "10")]
    [InlineData("faiss.IVFPQ", "faiss_index_pq_m", "7")]
    public async Task IndexType_OfLists_LooksAtFewerRowsAndStillFinds(string index, string name, string value)
    {
        // Each row has a number of its own, so that another neighbour is another prediction.
        float[][] train = Numbered(Heaps(400, 40, 1)), held = Numbered(Heaps(200, 40, 2));
        async Task<Fitted> FitAsync(params (string, string)[] given) => await NeighboursAsync(train, held, [("predictor_type", "regressor"), .. given]);
        var exact = await FitAsync();
        var approximate = await FitAsync(("index_type", index), (name, value));
        Assert.True(approximate.Metric("validation:r2") > 0.7, $"{approximate.Metric("validation:r2")}");
        Assert.NotEqual(exact.Metric("validation:mse"), approximate.Metric("validation:mse"));
    }

    private static float[][] Numbered(float[][] rows) => [.. rows.Select(r => new[] { r[1] + r[2] }.Concat(r[1..]).ToArray())];

    [Fact]
    public async Task HalfLifeTimeSize_Short_FollowsTheLatestRows()
    {
        // The heap wanders from 0 to 100 while the rows stream by.
        float[][] rows = [.. Enumerable.Range(0, 2000).Select(i => new[] { i * 0.05f })];
        var (even, late) = (await CentreAsync(("half_life_time_size", "0")), await CentreAsync(("half_life_time_size", "100")));
        Assert.InRange(even, 40, 60);
        Assert.InRange(late, 85, 100);

        async Task<float> CentreAsync(params (string Name, string Value)[] given)
        {
            var fitted = await _fitting.FitAsync("kmeans", new(given.ToDictionary(p => p.Name, p => p.Value)) { ["k"] = "1", ["feature_dim"] = "1", ["mini_batch_size"] = "100", ["extra_center_factor"] = "1" }, rows, labelled: false);
            return fitted.Predict("distance", [0f])[0];
        }
    }

    [Fact]
    public async Task Epochs_MorePasses_TightenStreamedClusters()
    {
        var rows = Heaps(900, 2, 5);
        var once = await ClustersAsync(rows, ("mini_batch_size", "50"), ("extra_center_factor", "1"), ("epochs", "1"));
        var often = await ClustersAsync(rows, ("mini_batch_size", "50"), ("extra_center_factor", "1"), ("epochs", "10"));
        var more = await ClustersAsync(rows, ("mini_batch_size", "50"), ("extra_center_factor", "10"), ("epochs", "1"));
        var apart = await ClustersAsync(rows, ("mini_batch_size", "900"), ("extra_center_factor", "1"), ("init_method", "kmeans++"));
        Assert.True(often.Metric("train:msd") <= once.Metric("train:msd"));
        Assert.True(more.Metric("train:msd") < once.Metric("train:msd"));
        Assert.True(apart.Metric("train:msd") < once.Metric("train:msd"));
    }

    [Fact]
    public async Task LocalLloyd_TrialsAndTolerance_SetHowTightTheClustersAre()
    {
        var rows = Heaps(600, 2, 5);
        var single = await ClustersAsync(rows, ("local_lloyd_init_method", "random"), ("local_lloyd_num_trials", "1"));
        var trials = await ClustersAsync(rows, ("local_lloyd_init_method", "random"), ("local_lloyd_num_trials", "8"));
        var early = await ClustersAsync(rows, ("local_lloyd_init_method", "random"), ("local_lloyd_tol", "1000000"));
        Assert.True(trials.Metric("train:msd") <= single.Metric("train:msd"));
        Assert.True(early.Metric("train:msd") > single.Metric("train:msd"));
    }

    [Fact]
    public async Task EvalMetrics_NameWhatIsReported()
    {
        var both = await ClustersAsync(Heaps(100, 2, 5), ("eval_metrics", "[\"msd\", \"ssd\"]"));
        Assert.Equal(100 * both.Metric("train:msd"), both.Metric("train:ssd"), 0.01);
        Assert.DoesNotContain("train:msd", (await ClustersAsync(Heaps(100, 2, 5), ("eval_metrics", "[\"ssd\"]"))).Manifest.Metrics.Keys);
        Assert.Contains("is not one of ['msd', 'ssd']", await _fitting.RefusalAsync("kmeans", new() { ["k"] = "2", ["feature_dim"] = "2", ["eval_metrics"] = "[\"mse\"]" }, Heaps(10, 2, 5)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AlgorithmMode_Randomized_NearsTheExactComponentsByItsExtraOnes()
    {
        var random = new Random(6);
        float[][] rows = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Range(1, 30).Select(i => (float)((random.NextDouble() - 0.5) / i)).ToArray())];
        async Task<double> VarianceAsync(params (string Name, string Value)[] given)
        {
            var fitted = await _fitting.FitAsync("pca", new(given.ToDictionary(p => p.Name, p => p.Value)) { ["num_components"] = "2", ["feature_dim"] = "30", ["mini_batch_size"] = "100" }, rows, labelled: false);
            return fitted.Predict("projection", rows).Sum(p => (double)p * p);
        }
        double exact = await VarianceAsync(), rough = await VarianceAsync(("algorithm_mode", "randomized"), ("extra_components", "0")), close = await VarianceAsync(("algorithm_mode", "randomized"), ("extra_components", "28"));
        Assert.True(rough < exact * 0.999, $"{rough} of {exact}");
        Assert.Equal(exact, close, 1e-4 * exact);
    }

    private Task<Fitted> ClustersAsync(float[][] rows, params (string Name, string Value)[] given) =>
        _fitting.FitAsync("kmeans", new(given.ToDictionary(p => p.Name, p => p.Value)) { ["k"] = "6", ["feature_dim"] = "2" }, [.. rows.Select(r => r[1..])], labelled: false);

    private Task<Fitted> NeighboursAsync(float[][] train, float[][] held, params (string, string)[] given) => _fitting.FitAsync("knn", Neighbours(given), train, held);

    private static Dictionary<string, string> Neighbours(params (string Name, string Value)[] given) =>
        new(given.Prepend((Name: "predictor_type", Value: "classifier")).GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.Last().Value)) { ["k"] = "5", ["feature_dim"] = "40", ["sample_size"] = "1000" };

    /// <summary>Rows of six heaps, whose middles are the same for every seed.</summary>
    private static float[][] Heaps(int count, int width, int seed)
    {
        var (middles, random) = (new Random(77), new Random(seed));
        var heaps = Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, width).Select(_ => middles.NextDouble() * 10).ToArray()).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => new[] { (float)(i % 6) }.Concat(heaps[i % 6].Select(m => (float)(m + (random.NextDouble() * 4)))).ToArray())];
    }
}
