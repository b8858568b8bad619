using System.Globalization;
using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Trees;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.Algorithms;

public sealed class TrainerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TrainAsync_Penguins_TellsNinetySevenInAHundredApart()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        WritePenguins();
        var manifest = await TrainAsync(new TrainingRequest
        {
            Algorithm = "boosted-trees",
            Task = LearningTask.Multiclass,
            Layout = new DataLayout { Label = "species" },
            HyperParameters = new Dictionary<string, string> { ["min_rows_in_leaf"] = "3", ["early_stopping_rounds"] = "20" },
        });

        Assert.Equal(["Adelie", "Chinstrap", "Gentoo"], manifest.Classes!);
        Assert.True(manifest.Metrics["validation:accuracy"] >= 0.97, $"accuracy {manifest.Metrics["validation:accuracy"]}");
        Assert.Contains(manifest.Columns, c => c is { Name: "island", Type: "category" });
    }

    [Theory]
    [InlineData("logistic")]
    [InlineData("k-nearest-neighbours")]
    [InlineData("boosted-trees", "engine", "fasttree")]
    public async Task TrainAsync_PenguinsByOthers_LearnsToo(string algorithm, string? name = null, string? value = null)
    {
        WritePenguins();
        var manifest = await TrainAsync(new TrainingRequest
        {
            Algorithm = algorithm,
            Task = LearningTask.Multiclass,
            Layout = new DataLayout { Label = "species" },
            HyperParameters = name is not null ? new Dictionary<string, string> { [name] = value! } : algorithm.StartsWith('k') ? new Dictionary<string, string> { ["scale"] = "true" } : [],
        });
        Assert.True(manifest.Metrics["validation:accuracy"] >= 0.95, $"accuracy {manifest.Metrics["validation:accuracy"]}");
    }

    [Theory]
    [InlineData("boosted-trees")]
    [InlineData("linear")]
    [InlineData("k-nearest-neighbours")]
    public async Task TrainAsync_SameSeedTwice_GivesTheSameBytes(string algorithm)
    {
        WritePlane();
        var request = new TrainingRequest { Algorithm = algorithm, Task = LearningTask.Regression, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" }, Seed = 5 };
        await TrainAsync(request);
        var first = await File.ReadAllBytesAsync(_folder["out/model.onnx"]);
        await TrainAsync(request);
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["out/model.onnx"]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.001")]
    public async Task TrainAsync_LinearOnAPlane_FindsIt(string l1)
    {
        WritePlane();
        var manifest = await TrainAsync(new TrainingRequest { Algorithm = "linear", Task = LearningTask.Regression, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" }, HyperParameters = new Dictionary<string, string> { ["l1"] = l1 } });
        Assert.True(manifest.Metrics["train:r2"] > 0.999, $"r2 {manifest.Metrics["train:r2"]}");
    }

    [Fact]
    public async Task TrainAsync_KMeansOnThreeHeaps_FindsTheirCentres()
    {
        var random = new Random(1);
        Write("train/a.csv", string.Join('\n', Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"{i % 3 * 100 + random.NextDouble()},{i % 3 * -50 + random.NextDouble()}"))));
        var manifest = await TrainAsync(new TrainingRequest { Algorithm = "k-means", Task = LearningTask.Clustering, Layout = new DataLayout { Format = DataFormat.Csv }, HyperParameters = new Dictionary<string, string> { ["k"] = "3" } });
        Assert.InRange(manifest.Metrics["train:msd"], 0.01, 0.5);
    }

    [Fact]
    public async Task TrainAsync_Pca_KeepsTheLargestDirection()
    {
        var random = new Random(1);
        Write("train/a.csv", string.Join('\n', Enumerable.Range(0, 200).Select(_ => random.NextDouble() * 100).Select(t => FormattableString.Invariant($"{3 * t + random.NextDouble()},{4 * t + random.NextDouble()}"))));
        await TrainAsync(new TrainingRequest { Algorithm = "pca", Task = LearningTask.Projection, Layout = new DataLayout { Format = DataFormat.Csv }, HyperParameters = new Dictionary<string, string> { ["components"] = "1" } });
        var low = Run([0, 0], 2, "projection")[0];
        var high = Run([30, 40], 2, "projection")[0];
        Assert.Equal(50, high - low, 0.1);
    }

    [Fact]
    public async Task TrainAsync_RandomCutForest_ScoresOutliersHigher()
    {
        var random = new Random(2);
        var rows = Enumerable.Range(0, 2000).Select(i => (i % 100 == 0 ? 1 : 0, i % 100 == 0 ? 8 + random.NextDouble() * 4 : random.NextDouble() * 2, i % 100 == 0 ? -9.0 : random.NextDouble()));
        Write("train/a.csv", string.Join('\n', rows.Select(r => FormattableString.Invariant($"{r.Item1},{r.Item2},{r.Item3}"))));
        var manifest = await TrainAsync(new TrainingRequest { Algorithm = "random-cut-forest", Task = LearningTask.Anomaly, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" } });
        Assert.True(manifest.Metrics["train:auc"] > 0.99, $"auc {manifest.Metrics["train:auc"]}");
        Assert.True(Run([1000, 1000], 2, "score")[0] > Run([1, 0.5f], 2, "score")[0] * 1.5);
    }

    [Fact]
    public async Task TrainAsync_RandomCutForestWithLabelledTest_ReportsWhatItFinds()
    {
        var random = new Random(2);
        (double X, double Y) Normal() => (random.NextDouble() * 2, random.NextDouble());
        Write("train/a.csv", string.Join('\n', Enumerable.Range(0, 1000).Select(_ => Normal()).Select(r => FormattableString.Invariant($"{r.X},{r.Y}"))));
        Write("test/a.csv", string.Join('\n', Enumerable.Range(0, 200).Select(i => i % 10 == 0 ? "1,40,-40" : Normal() is var r ? FormattableString.Invariant($"0,{r.X},{r.Y}") : "")));
        var manifest = await TrainAsync(new TrainingRequest
        {
            Algorithm = "random-cut-forest",
            Task = LearningTask.Anomaly,
            Layout = new DataLayout { Format = DataFormat.Csv, Label = "label" },
            ChannelLayouts = new Dictionary<string, DataLayout> { ["test"] = new() { Format = DataFormat.Csv, Label = "0" } },
        });
        Assert.Equal(1, manifest.Metrics["test:recall"]);
        Assert.True(manifest.Metrics["test:f1"] > 0.8, $"f1 {manifest.Metrics["test:f1"]}");
        Assert.DoesNotContain("train:f1", manifest.Metrics.Keys);
    }

    [Fact]
    public async Task TrainAsync_ChannelsWrittenDifferently_AreReadEachInItsWay()
    {
        Write("train/a.csv", "1,2,3\n2,4,1\n3,6,2\n4,8,5\n");
        Write("validation/a.libsvm", "5 0:10\n6 0:12 1:3\n");
        var request = new TrainingRequest
        {
            Algorithm = "linear",
            Task = LearningTask.Regression,
            Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" },
            ChannelLayouts = new Dictionary<string, DataLayout> { ["validation"] = new() { Format = DataFormat.LibSvm, Label = "0" } },
        };
        Assert.Equal(0, (await TrainAsync(request)).Metrics["validation:rmse"], 0.01);

        Write("validation/a.libsvm", "5 0:10 1:1 2:1\n");
        Assert.Contains("3 features and the training channel has 2", (await TryAsync(request)).Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absolute", 10, 12)]
    [InlineData("huber", 10, 13)]
    [InlineData("quantile", 18, 22)]
    [InlineData("eps_insensitive_absolute", 9, 13)]
    [InlineData("squared", 25, 35)]
    [InlineData("eps_insensitive_squared", 25, 35)]
    public async Task TrainAsync_LinearLosses_FitTheirOwnConstant(string loss, double low, double high)
    {
        // Labels 1 to 20 and one of 400 that a robust loss hardly feels; the feature says nothing.
        Write("train/a.csv", string.Join('\n', Enumerable.Range(1, 20).Append(400).Select((y, i) => $"{y},{i * 7 % 5}")));
        await TrainAsync(new TrainingRequest
        {
            Algorithm = "linear",
            Task = LearningTask.Regression,
            Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" },
            HyperParameters = new Dictionary<string, string> { ["loss"] = loss, ["quantile"] = "0.9", ["l2"] = "1000", ["insensitivity"] = "0.5", ["epochs"] = "500" },
        });
        Assert.InRange(Run([2], 1, "score")[0], low, high);
    }

    [Fact]
    public async Task TrainAsync_Hinge_PartsTwoClasses()
    {
        var random = new Random(6);
        string Rows(int n) => string.Join('\n', Enumerable.Range(0, n).Select(_ => (X: random.NextDouble() * 4 - 2, Y: random.NextDouble())).Select(r => FormattableString.Invariant($"{(r.X + r.Y > 0.5 ? 1 : 0)},{r.X},{r.Y}")));
        Write("train/a.csv", Rows(500));
        Write("validation/a.csv", Rows(200));
        var manifest = await TrainAsync(new TrainingRequest { Algorithm = "logistic", Task = LearningTask.Binary, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" }, HyperParameters = new Dictionary<string, string> { ["loss"] = "hinge" } });
        Assert.True(manifest.Metrics["validation:accuracy"] > 0.97, $"accuracy {manifest.Metrics["validation:accuracy"]}");
    }

    [Fact]
    public async Task TrainAsync_BalancedClasses_FindMoreOfTheRareOne()
    {
        var random = new Random(8);
        Write("train/a.csv", string.Join('\n', Enumerable.Range(0, 1000).Select(i => FormattableString.Invariant($"{(i % 20 == 0 ? 1 : 0)},{random.NextDouble() + (i % 20 == 0 ? 0.4 : 0)}"))));
        var request = new TrainingRequest { Algorithm = "logistic", Task = LearningTask.Binary, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" } };
        var plain = (await TrainAsync(request)).Metrics["train:recall"];
        var balanced = (await TrainAsync(request with { HyperParameters = new Dictionary<string, string> { ["class_weights"] = "balanced" } })).Metrics["train:recall"];
        Assert.True(plain < 0.3 && balanced > 0.6, $"recall {plain} and {balanced}");
    }

    [Fact]
    public async Task TrainAsync_MonotoneConstraint_IsKeptAgainstTheData()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        // A wave: without the constraint the fit falls where the wave does.
        Write("train/a.csv", string.Join('\n', Enumerable.Range(0, 400).Select(i => FormattableString.Invariant($"{Math.Sin(i / 20.0) + i / 100.0},{i},{i % 3}"))));
        var request = new TrainingRequest { Algorithm = "boosted-trees", Task = LearningTask.Regression, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" } };
        await TrainAsync(request);
        Assert.False(Rises());
        await TrainAsync(request with { HyperParameters = new Dictionary<string, string> { ["monotone_constraints"] = "(1)", ["interaction_constraints"] = "[[0]]" } });
        Assert.True(Rises());
        Assert.Contains("monotone_constraints", (await TryAsync(request with { HyperParameters = new Dictionary<string, string> { ["monotone_constraints"] = "(2,0)" } })).Error!.Message, StringComparison.Ordinal);

        bool Rises()
        {
            var scores = Run([.. Enumerable.Range(0, 400).SelectMany(i => new[] { i, 1f })], 2, "score");
            return scores.Zip(scores.Skip(1)).All(p => p.Second >= p.First - 1e-6);
        }
    }

    [Fact]
    public async Task TrainAsync_FromCheckpoint_GoesOn()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        WritePlane();
        TrainingRequest Request(int rounds) => new() { Algorithm = "boosted-trees", Task = LearningTask.Regression, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" }, HyperParameters = new Dictionary<string, string> { ["rounds"] = rounds.ToString(), ["checkpoint_rounds"] = "10" } };
        var whole = await TrainAsync(Request(60));
        await TrainAsync(Request(30), checkpoints: true);
        var resumed = await TrainAsync(Request(60), checkpoints: true);

        Assert.Equal(whole.Metrics["train:rmse"], resumed.Metrics["train:rmse"], whole.Metrics["train:rmse"] * 0.05);
    }

    [Fact]
    public async Task TrainAsync_BadHyperParameters_NamesEveryFault()
    {
        WritePlane();
        var result = await TryAsync(new TrainingRequest { Algorithm = "boosted-trees", Task = LearningTask.Regression, HyperParameters = new Dictionary<string, string> { ["rounds"] = "0", ["learning_rate"] = "fast", ["depth"] = "3" } });
        Assert.Equal(["depth", "rounds", "learning_rate"], result.Error!.Faults.Select(f => f.Field));
    }

    [Theory]
    [InlineData("1,2,3\n4,5\n", "line 2")]
    [InlineData("1,a,3\n2,b,4\n", "'a'")]
    [InlineData("", "no rows")]
    public async Task TrainAsync_BadCsv_SaysWhere(string csv, string expected)
    {
        Write("train/a.csv", csv);
        var result = await TryAsync(new TrainingRequest { Algorithm = "linear", Task = LearningTask.Regression, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0", NumbersOnly = true } });
        Assert.Contains(expected, result.Error?.Message);
    }

    private async Task<ModelManifest> TrainAsync(TrainingRequest request, bool checkpoints = false) => (await TryAsync(request, checkpoints)).Value;

    private Task<Result<ModelManifest>> TryAsync(TrainingRequest request, bool checkpoints = false) =>
        Trainer.TrainAsync(request, new TrainingFolders(_folder["in"], _folder["out"], checkpoints ? _folder["checkpoints"] : null), new Silent());

    private float[] Run(float[] values, int columns, string output)
    {
        using var session = new InferenceSession(_folder["out/model.onnx"]);
        using var input = OrtValue.CreateTensorValueFromMemory(values, [values.Length / columns, columns]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["features"], [input], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private void WritePlane()
    {
        var random = new Random(3);
        var text = new StringBuilder();
        for (var i = 0; i < 400; i++)
        {
            double a = random.NextDouble() * 10, b = random.NextDouble() * 1000;
            text.AppendLine(CultureInfo.InvariantCulture, $"{3 * a - 0.02 * b + 7},{a},{b}");
        }
        Write("train/plane.csv", text.ToString());
    }

    private void WritePenguins()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "datasets", "penguins.csv"));
        // Every fifth row is held out.
        Write("train/p.csv", string.Join('\n', lines.Where((_, i) => i == 0 || i % 5 != 0)));
        Write("validation/p.csv", string.Join('\n', lines.Where((_, i) => i % 5 == 0)));
    }

    private void Write(string name, string text)
    {
        var path = _folder["in/" + name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private sealed class Silent : ITrainingProgress
    {
        public void Metric(string name, double value, int? step) { }
        public void Log(string line) { }
    }
}
