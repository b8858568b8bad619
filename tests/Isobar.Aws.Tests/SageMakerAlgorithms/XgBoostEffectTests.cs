using Isobar.Engine.Algorithms.Trees;

namespace Isobar.Aws.Tests.SageMakerAlgorithms;

/// <summary>What XGBoost's hyperparameters do to the trees.</summary>
public sealed class XgBoostEffectTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [InlineData("reg:squarederror", "3.5", "score", 3.5)]
    [InlineData("count:poisson", "3.5", "score", 3.5)]
    [InlineData("reg:logistic", "0.2", "score", 0.2)]
    [InlineData("binary:logistic", "0.2", "probabilities", 0.2)]
    [InlineData("binary:logistic", "0.5", "probabilities", 0.5)]
    public async Task BaseScore_WithHardlyAnyBoosting_IsThePrediction(string objective, string score, string output, double expected)
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => new[] { i % 4 == 0 ? 0f : 1, i })];
        var fitted = await TreesAsync(rows, ("objective", objective), ("base_score", score), ("eta", "0.000001"), ("num_round", "1"));
        Assert.Equal(expected, fitted.Predict(output, [3f])[^1], 1e-3);
    }

    [Fact]
    public async Task BaseScore_ThatNoScoreGives_EndsTheJob() =>
        Assert.Contains("base_score must be in (0,1) for logistic loss, got: 1", await _fitting.RefusalAsync("xgboost", new() { ["num_round"] = "1", ["objective"] = "binary:logistic", ["base_score"] = "1" }, Stairs(10)), StringComparison.Ordinal);

    [Fact]
    public async Task NumParallelTree_ARoundOfManyTrees_IsTheirMean()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var (train, held) = (Noisy(400, 1), Noisy(400, 2));
        (string, string)[] forest = [("num_round", "1"), ("eta", "1"), ("subsample", "0.5"), ("max_depth", "8"), ("lambda", "0")];
        var one = await TreesAsync(train, held, forest);
        var many = await TreesAsync(train, held, [.. forest, ("num_parallel_tree", "40")]);
        Assert.True(many.Metric("validation:rmse") < one.Metric("validation:rmse") * 0.9, $"{many.Metric("validation:rmse")} against {one.Metric("validation:rmse")}");
        // Classes have a tree each, and none of this without samples that differ.
        float[][] classes = [.. train.Select(r => new[] { r[1] < -0.3f ? 0 : r[1] < 0.3f ? 1 : 2, r[1], r[2] })];
        var several = await TreesAsync(classes, ("num_round", "3"), ("objective", "multi:softprob"), ("num_class", "3"), ("num_parallel_tree", "5"), ("subsample", "0.5"));
        Assert.True(several.Metric("train:accuracy") > 0.95);
        var same = await TreesAsync(train, ("num_round", "3"), ("num_parallel_tree", "4"));
        Assert.Equal((await TreesAsync(train, ("num_round", "3"))).Metric("train:rmse"), same.Metric("train:rmse"), 1e-3);
    }

    [Fact]
    public async Task SamplingMethod_GradientBased_NeedsTheGpusTreeMethodAndLearnsFromFewRows()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var (train, held) = (Noisy(600, 1), Noisy(400, 2));
        Assert.Contains("Only uniform sampling is supported", await _fitting.RefusalAsync("xgboost", new() { ["num_round"] = "1", ["sampling_method"] = "gradient_based" }, train), StringComparison.Ordinal);
        (string, string)[] few = [("num_round", "40"), ("subsample", "0.1"), ("tree_method", "gpu_hist"), ("max_depth", "3")];
        var even = await TreesAsync(train, held, few);
        var steep = await TreesAsync(train, held, [.. few, ("sampling_method", "gradient_based")]);
        Assert.NotEqual(even.Metric("validation:rmse"), steep.Metric("validation:rmse"));
        Assert.True(steep.Metric("validation:r2") > 0.7, $"r2 {steep.Metric("validation:r2")}");
    }

    /// <summary>
    /// Every round drops all earlier ones, so that each grows the same tree, worth 1 on the right; by XGBoost's rules its three copies weigh
    /// η/(2+η) + 2 · 2η/((1+η)(2+η)) by tree, and η/(1+η) + 2η/(1+η)² by forest.
    /// </summary>
    [Theory]
    [InlineData("tree", 0.2 + (2.0 / 3 * 0.8))]
    [InlineData("forest", (1.0 / 3) + (2.0 / 3 * 2 / 3))]
    public async Task NormalizeType_SharesTheWeightAsXgBoostDoes(string type, double expected)
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => new[] { i % 2, (float)(i % 2) })];
        var fitted = await TreesAsync(rows, ("booster", "dart"), ("rate_drop", "1"), ("num_round", "3"), ("eta", "0.5"), ("lambda", "0"), ("base_score", "0"), ("normalize_type", type));
        Assert.Equal(expected, fitted.Predict("score", [1f])[0], 1e-4);
    }

    [Fact]
    public async Task OneDrop_DropsThoughTheRateIsZero()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var rows = Noisy(300, 1);
        (string, string)[] dart = [("booster", "dart"), ("num_round", "20")];
        var none = await TreesAsync(rows, dart);
        var one = await TreesAsync(rows, [.. dart, ("one_drop", "1")]);
        Assert.Equal((await TreesAsync(rows, ("num_round", "20"))).Metric("train:rmse"), none.Metric("train:rmse"), 1e-3);
        Assert.True(one.Metric("train:rmse") > none.Metric("train:rmse"));
    }

    [Fact]
    public async Task SampleType_Weighted_DropsOtherTrees()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        (string, string)[] dart = [("booster", "dart"), ("num_round", "20"), ("rate_drop", "0.3")];
        var uniform = await TreesAsync(Noisy(300, 1), dart);
        var weighted = await TreesAsync(Noisy(300, 1), [.. dart, ("sample_type", "weighted")]);
        Assert.NotEqual(uniform.Metric("train:rmse"), weighted.Metric("train:rmse"));
        Assert.True(weighted.Metric("train:r2") > 0.8);
    }

    [Fact]
    public async Task TreeMethod_ExactSeesEveryValueAndApproxOneInSketchEps()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        (string, string)[] deep = [("num_round", "1"), ("eta", "1"), ("lambda", "0"), ("max_depth", "12"), ("min_child_weight", "0")];
        async Task<double> ErrorAsync(params (string, string)[] more) => (await TreesAsync(Stairs(600), [.. deep, .. more])).Metric("train:rmse");
        Assert.True(await ErrorAsync(("tree_method", "exact"), ("max_bin", "4")) < 1e-3);
        Assert.True(await ErrorAsync(("updater", "grow_colmaker,prune")) < 1e-3);
        Assert.True(await ErrorAsync(("tree_method", "hist"), ("max_bin", "4")) > 40);
        Assert.True(await ErrorAsync(("tree_method", "approx"), ("sketch_eps", "0.5")) > await ErrorAsync(("tree_method", "approx"), ("sketch_eps", "0.05")));
    }

    [Fact]
    public async Task GrowPolicy_LossGuide_KeepsMaxLeaves()
    {
        async Task<int> ValuesAsync(string policy)
        {
            var fitted = await TreesAsync(Stairs(64), ("num_round", "1"), ("eta", "1"), ("lambda", "0"), ("max_leaves", "3"), ("grow_policy", policy));
            return fitted.Predict("score", [.. Stairs(64).Select(r => r[1..])]).Distinct().Count();
        }
        Assert.Equal(3, await ValuesAsync("lossguide"));
        Assert.InRange(await ValuesAsync("depthwise"), 17, 64);
    }

    [Fact]
    public async Task Linear_Objective_GivesItsOwnLossAndLink()
    {
        float[][] rows = [.. Enumerable.Range(0, 60).Select(i => new[] { (float)Math.Round(Math.Exp(0.05 * i)), i })];
        var counts = await TreesAsync(rows, ("booster", "gblinear"), ("objective", "count:poisson"), ("num_round", "200"));
        Assert.Equal(Math.Exp(0.05 * 50), counts.Predict("score", [50f])[0], 0.5);
        Assert.True(counts.Predict("score", [-100f])[0] > 0);
        Assert.True((await TreesAsync(rows, ("booster", "gblinear"), ("num_round", "200"))).Predict("score", [-100f])[0] < 0);
    }

    [Fact]
    public async Task LambdaBias_DrawsTheBiasToZero()
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => new[] { 10f, i % 2 == 0 ? -1 : 1 })];
        Assert.Equal(10, (await TreesAsync(rows, ("booster", "gblinear"), ("num_round", "50"))).Predict("score", [0f])[0], 0.01);
        Assert.Equal(5, (await TreesAsync(rows, ("booster", "gblinear"), ("num_round", "50"), ("lambda_bias", "1"))).Predict("score", [0f])[0], 0.01);
    }

    [Fact]
    public async Task ProcessType_UpdateWithoutAModel_EndsTheJob() =>
        Assert.Contains("No more tree left for updating", await _fitting.RefusalAsync("xgboost", new() { ["num_round"] = "1", ["process_type"] = "update" }, Stairs(10)), StringComparison.Ordinal);

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task SaveModelOnTermination_KeepsTheRoundsDone(string save)
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var running = _fitting.FitAsync("xgboost", new() { ["num_round"] = "100000", ["save_model_on_termination"] = save }, Noisy(2000, 1), ct: stop.Token);
        if (save == "false") await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        else Assert.Contains((await running).Log, l => l.Contains("is kept", StringComparison.Ordinal));
    }

    private Task<Fitted> TreesAsync(float[][] rows, params (string, string)[] given) => TreesAsync(rows, null, given);

    private Task<Fitted> TreesAsync(float[][] rows, float[][]? held, params (string Name, string Value)[] given) => _fitting.FitAsync("xgboost", given.ToDictionary(p => p.Name, p => p.Value), rows, held);

    private static float[][] Stairs(int count) => [.. Enumerable.Range(0, count).Select(i => new[] { (float)i, i })];

    private static float[][] Noisy(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (A: (random.NextDouble() * 2) - 1, B: (random.NextDouble() * 2) - 1)).Select(p => new[] { (float)(Math.Sin(3 * p.A) + p.B + (random.NextDouble() * 0.6)), (float)p.A, (float)p.B })];
    }
}
