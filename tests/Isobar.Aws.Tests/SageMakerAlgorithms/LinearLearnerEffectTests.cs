namespace Isobar.Aws.Tests.SageMakerAlgorithms;

/// <summary>What each hyperparameter of Linear Learner does to the model.</summary>
public sealed class LinearLearnerEffectTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public async Task Criteria_TargetRecall_IsReachedByTheThresholdInTheGraph()
    {
        var rows = Overlapping(600);
        var low = await BinaryAsync(rows, ("binary_classifier_model_selection_criteria", "precision_at_target_recall"), ("target_recall", "0.5"));
        var high = await BinaryAsync(rows, ("binary_classifier_model_selection_criteria", "precision_at_target_recall"), ("target_recall", "0.95"));
        Assert.InRange(low.Metric("train:recall"), 0.5, 0.9);
        Assert.InRange(high.Metric("train:recall"), 0.95, 1);
        Assert.True(high.Metric("train:precision") < low.Metric("train:precision"));
        // The label in the graph is what the metric says.
        var labels = high.Predict("label", [.. rows.Select(r => r[1..])]);
        Assert.Equal(high.Metric("train:recall"), rows.Zip(labels).Where(p => p.First[0] == 1).Average(p => p.Second), 6);
        Assert.Contains(high.Log, l => l.Contains("counts as positive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Criteria_TargetPrecision_IsReached()
    {
        var rows = Overlapping(600);
        var sure = await BinaryAsync(rows, ("binary_classifier_model_selection_criteria", "recall_at_target_precision"), ("target_precision", "0.95"));
        var loose = await BinaryAsync(rows, ("binary_classifier_model_selection_criteria", "recall_at_target_precision"), ("target_precision", "0.5"));
        Assert.InRange(sure.Metric("train:precision"), 0.95, 1);
        Assert.True(loose.Metric("train:recall") > sure.Metric("train:recall"));
    }

    [Fact]
    public async Task Criteria_FBeta_WeighsRecallByBeta()
    {
        var rows = Overlapping(600);
        var precise = await BinaryAsync(rows, ("binary_classifier_model_selection_criteria", "f_beta"), ("f_beta", "0.2"));
        var complete = await BinaryAsync(rows, ("binary_classifier_model_selection_criteria", "f_beta"), ("f_beta", "5"));
        Assert.True(complete.Metric("train:recall") > precise.Metric("train:recall") + 0.1);
        var (p, r) = (complete.Metric("train:precision"), complete.Metric("train:recall"));
        Assert.Equal(26 * p * r / ((25 * p) + r), complete.Metric("train:f_beta"), 6);
    }

    [Fact]
    public async Task Criteria_AccuracyAndLossFunction_ChooseTheBestThresholdAndOneHalf()
    {
        var rows = Overlapping(600);
        var accurate = await BinaryAsync(rows, ("positive_example_weight_mult", "4"));
        var plain = await BinaryAsync(rows, ("positive_example_weight_mult", "4"), ("binary_classifier_model_selection_criteria", "loss_function"));
        Assert.True(accurate.Metric("train:accuracy") > plain.Metric("train:accuracy"));
        Assert.All(rows.Take(50), row => Assert.Equal(plain.Predict("probabilities", row[1..])[1] >= 0.5 ? 1 : 0, plain.Predict("label", row[1..])[0]));
    }

    [Fact]
    public async Task NumCalibrationSamples_OnlyTheFirstValidationRowsSetTheThreshold()
    {
        var rows = Overlapping(400);
        float[][] misleading = [[0, 2.2f, 0], [0, 2.1f, 0], [1, 2.3f, 0], .. Overlapping(300)];
        var some = await _fitting.FitAsync("linear-learner", Binary(("num_calibration_samples", "3")), rows, misleading);
        var all = await _fitting.FitAsync("linear-learner", Binary(), rows, misleading);
        Assert.True(some.Metric("validation:recall") < all.Metric("validation:recall") / 2);
    }

    [Fact]
    public async Task UseBias_False_PassesThroughTheOrigin()
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => new[] { 5 + (2f * i), i })];
        Assert.Equal(5, (await RegressAsync(rows)).Predict("score", [0f])[0], 0.01);
        Assert.Equal(0, (await RegressAsync(rows, ("use_bias", "false"))).Predict("score", [0f])[0], 1e-4);
        // With the data brought to mean 0 all the same, it passes through the mean.
        Assert.Equal(0, (await RegressAsync(rows, ("use_bias", "false"), ("unbias_data", "true"))).Predict("score", [19.5f])[0], 1e-3);
        var classes = await BinaryAsync(Overlapping(200), ("use_bias", "false"));
        Assert.Equal(0.5, classes.Predict("probabilities", [0f, 0f])[1], 1e-5);
    }

    [Fact]
    public async Task BiasWdMult_DrawsTheBiasToZero()
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => new[] { 10f, i % 5 })];
        (string, string)[] held = [("wd", "1"), ("unbias_label", "false"), ("normalize_label", "false")];
        Assert.Equal(10, (await RegressAsync(rows, held)).Predict("score", [2f])[0], 0.01);
        // Half of (b - 10)² + b²: the least is at 5.
        Assert.Equal(5, (await RegressAsync(rows, [.. held, ("bias_wd_mult", "1")])).Predict("score", [2f])[0], 0.01);
    }

    [Fact]
    public async Task AccuracyTopK_CountsTheLikeliestFew()
    {
        var random = new Random(4);
        float[][] rows = [.. Enumerable.Range(0, 300).Select(i => new[] { i % 4, (i % 4) + (float)(random.NextDouble() * 3) })];
        var given = new Dictionary<string, string> { ["predictor_type"] = "multiclass_classifier", ["num_classes"] = "4" };
        double[] shares = [.. await Task.WhenAll(new[] { "1", "2", "4" }.Select(async k => (await _fitting.FitAsync("linear-learner", new(given) { ["accuracy_top_k"] = k }, rows)).Metric("train:top_k_accuracy")))];
        Assert.Equal((await _fitting.FitAsync("linear-learner", given, rows)).Metric("train:accuracy"), shares[0], 6);
        Assert.True(shares[0] < shares[1] && shares[1] < shares[2]);
        Assert.Equal(1, shares[2]);
    }

    [Fact]
    public async Task NormalizeData_False_PenalisesTheWeightsOfTheFeaturesAsTheyAre()
    {
        float[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { i * 0.5f, i * 0.001f })];
        var scaled = await RegressAsync(rows, ("wd", "0.01"), ("normalize_label", "false"));
        var raw = await RegressAsync(rows, ("wd", "0.01"), ("normalize_label", "false"), ("normalize_data", "false"));
        Assert.True(scaled.Metric("train:r2") > 0.99);
        // A weight of 500 costs far more than the errors that it spares.
        Assert.True(raw.Metric("train:r2") < 0.5);
    }

    [Fact]
    public async Task NumPointForScaler_SeesTheFirstRowsOnly()
    {
        float[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { i * 1f, i < 10 ? i * 0.01f : i })];
        var few = await RegressAsync(rows, ("wd", "0.5"), ("num_point_for_scaler", "10"));
        var all = await RegressAsync(rows, ("wd", "0.5"));
        // Scaled by the small early values the feature is large, and its weight bears little penalty.
        Assert.True(few.Metric("train:rmse") < all.Metric("train:rmse") / 2);
    }

    [Fact]
    public async Task NormalizeLabel_False_LeavesThePenaltyInTheLabelsUnit()
    {
        float[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { i * 100f, i })];
        Assert.True((await RegressAsync(rows, ("l1", "0.3"))).Metric("train:rmse") > 20 * (await RegressAsync(rows, ("l1", "0.3"), ("normalize_label", "false"))).Metric("train:rmse"));
    }

    [Fact]
    public async Task NumModels_TriesOtherPenalties()
    {
        var rows = Overlapping(300);
        var one = await BinaryAsync(rows, ("wd", "5"), ("binary_classifier_model_selection_criteria", "loss_function"));
        var five = await BinaryAsync(rows, ("wd", "5"), ("binary_classifier_model_selection_criteria", "loss_function"), ("num_models", "5"));
        Assert.True(five.Metric("train:loss") < one.Metric("train:loss") * 0.98);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    [InlineData("rmsprop")]
    public async Task Optimizer_AutoLearningRate_Learns(string optimizer)
    {
        var fitted = await RegressAsync(Plane(), ("optimizer", optimizer), ("mini_batch_size", "20"), ("epochs", "20"));
        Assert.True(fitted.Metric("train:r2") > 0.98, $"r2 {fitted.Metric("train:r2")}");
    }

    [Fact]
    public async Task MiniBatches_OnOverlappingRows_DoNearlyAsWellAsConvergence()
    {
        var rows = Overlapping(600);
        var steps = await BinaryAsync(rows, ("mini_batch_size", "100"));
        var exact = await BinaryAsync(rows);
        Assert.True(steps.Metric("train:loss") < exact.Metric("train:loss") * 1.05, $"{steps.Metric("train:loss")} against {exact.Metric("train:loss")}");
        Assert.NotEqual(exact.Metric("train:loss"), steps.Metric("train:loss"));
    }

    /// <summary>Slow steps learn less in the same time: whatever slows them leaves a larger loss.</summary>
    [Theory]
    [InlineData("epochs", "30", "3")]
    [InlineData("mini_batch_size", "20", "200")]
    [InlineData("learning_rate", "0.05", "0.0005")]
    [InlineData("momentum", "0.9", "0")]
    [InlineData("lr_scheduler_factor", "0.99", "0.1")]
    [InlineData("use_lr_scheduler", "false", "true", "lr_scheduler_factor", "0.1")]
    [InlineData("lr_scheduler_step", "1000", "1", "lr_scheduler_factor", "0.5")]
    [InlineData("lr_scheduler_minimum_lr", "0.05", "0.0001", "lr_scheduler_factor", "0.1")]
    [InlineData("early_stopping_tolerance", "0.0001", "0.9")]
    [InlineData("early_stopping_patience", "10", "1", "early_stopping_tolerance", "0.9")]
    [InlineData("bias_lr_mult", "1", "0.001", "unbias_label", "false")]
    [InlineData("init_bias", "0", "-50")]
    [InlineData("init_scale", "0.01", "50")]
    [InlineData("init_sigma", "0.01", "50", "init_method", "normal")]
    [InlineData("beta_1", "0.9", "0.9999", "optimizer", "adam")]
    [InlineData("beta_2", "0.999", "0", "optimizer", "adam")]
    public async Task Steps_Slower_LearnLess(string name, string better, string worse, string? other = null, string value = "")
    {
        Dictionary<string, string> given = new() { ["optimizer"] = "sgd", ["learning_rate"] = "0.02", ["mini_batch_size"] = "50", ["epochs"] = "10", ["lr_scheduler_step"] = "5" };
        if (other is not null) given[other] = value;
        async Task<double> LossAsync(string with) => (await RegressAsync(Plane(), [.. new Dictionary<string, string>(given) { [name] = with }.Select(p => (p.Key, p.Value))])).Metric("train:rmse");
        double quick = await LossAsync(better), slow = await LossAsync(worse);
        Assert.True(quick < slow, $"{name}: {better} gives {quick}, {worse} gives {slow}");
    }

    private Task<Fitted> BinaryAsync(float[][] rows, params (string, string)[] given) => _fitting.FitAsync("linear-learner", Binary(given), rows);

    private static Dictionary<string, string> Binary(params (string Name, string Value)[] given) => new(given.ToDictionary(p => p.Name, p => p.Value)) { ["predictor_type"] = "binary_classifier" };

    private Task<Fitted> RegressAsync(float[][] rows, params (string Name, string Value)[] given) => _fitting.FitAsync("linear-learner", new(given.ToDictionary(p => p.Name, p => p.Value)) { ["predictor_type"] = "regressor" }, rows);

    /// <summary>One row in four is positive, and lies a little higher.</summary>
    private static float[][] Overlapping(int count)
    {
        var random = new Random(9);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(i => i % 4 == 0 ? 1 : 0).Select(label => new[] { label, (float)(Normal() + (1.3 * label)), (float)Normal() })];
    }

    private static float[][] Plane()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, 400).Select(_ => (A: random.NextDouble() * 10, B: random.NextDouble() * 4)).Select(p => new[] { (float)((3 * p.A) - (2 * p.B) + 7), (float)p.A, (float)p.B })];
    }
}
