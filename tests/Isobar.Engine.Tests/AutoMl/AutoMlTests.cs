using System.Globalization;
using System.Text.Json;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.AutoMl;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class AutoMlTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("species", LearningTask.Multiclass)]
    [InlineData("sex", LearningTask.Binary)]
    [InlineData("body_mass_g", LearningTask.Regression)]
    public async Task Train_Penguins_InfersTheTaskAndRanksTheEnsembleNoWorseThanItsBest(string label, LearningTask task)
    {
        var manifest = await TrainAsync(label);
        var board = Board();
        Assert.Equal(task, manifest.Task);
        Assert.Equal(task, board.Task);
        var values = board.Candidates.Where(c => c.Status == "completed").Select(c => c.Metrics[board.Objective].Mean).ToList();
        Assert.Equal(board.Maximize ? values.OrderDescending() : values.Order(), values);
        Assert.Equal(6, values.Count);
        Assert.Equal(1, board.Candidates.Where(c => c.Algorithm != "weighted-ensemble").Sum(c => c.Weight), 6);
        Assert.Equal(board.Candidates.Single(c => c.Algorithm == "weighted-ensemble").Metrics[board.Objective].Mean, manifest.Metrics[$"validation:{board.Objective}"]);
        Assert.Equal(6, board.Importance.Count);
        Assert.True(board.Importance[0].Mean > 0, $"{board.Importance[0]}");
    }

    [Fact]
    public async Task Train_Ensemble_PredictsTheWeightedMeanOfItsMembers()
    {
        await TrainAsync("body_mass_g");
        var table = (await TableReader.ReadAsync(_folder["in/train"], new DataLayout())).Value;
        var sum = new double[table.Rows];
        foreach (var row in Board().Candidates.Where(c => c.Algorithm != "weighted-ensemble" && c.Weight > 0))
        {
            Assert.True(row.Kept);
            var own = Predict(_folder[$"data/candidates/{row.Name}"], table);
            for (var r = 0; r < sum.Length; r++) sum[r] += row.Weight * own[r];
        }
        var whole = Predict(_folder["out"], table);
        for (var r = 0; r < sum.Length; r++) Assert.Equal(sum[r], whole[r], 1e-5 * Math.Abs(sum[r]));
    }

    [Fact]
    public async Task Train_SameSeed_GivesTheSameModel()
    {
        await TrainAsync("species", importance: true);
        var (first, names) = (await File.ReadAllBytesAsync(_folder["out/model.onnx"]), Board().Candidates.Select(c => c.Name).ToList());
        await TrainAsync("species", importance: true);
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["out/model.onnx"]));
        Assert.Equal(names, Board().Candidates.Select(c => c.Name));
    }

    [Fact]
    public async Task Train_BudgetUsedUp_EndsTheSearchWithWhatThereIs()
    {
        var time = new FakeTimeProvider();
        // Each candidate's metric lets a minute pass: the third would begin after the search's share of the budget.
        await TrainAsync("species", time: time, seconds: 130, onMetric: () => time.Advance(TimeSpan.FromMinutes(1)), candidates: 50);
        Assert.Equal(2, Board().Candidates.Count(c => c.Algorithm != "weighted-ensemble"));
    }

    [Theory]
    [InlineData("exit_score", "0.5", 1)]
    [InlineData("max_candidate_seconds", "0.001", 0)]
    public async Task Train_BoundOfItsOwn_EndsTheSearchOrItsCandidates(string bound, string value, int fitted)
    {
        var result = await RunAsync("species", new() { [bound] = value, ["objective"] = "auc_weighted", ["max_candidates"] = "3", ["importance"] = "false" });
        if (fitted > 0) Assert.Equal(fitted, Board().Candidates.Count(c => c.Algorithm != "weighted-ensemble"));
        else Assert.Contains("max_seconds", result.Error!.Message);
    }

    [Fact]
    public async Task Train_AfterAKill_TakesFinishedCandidatesFromTheirCheckpoint()
    {
        await TrainAsync("species", checkpoints: true);
        var first = await File.ReadAllBytesAsync(_folder["out/model.onnx"]);
        // As if the server had been killed while the last two candidates were fitted.
        foreach (var late in Directory.GetDirectories(_folder["checkpoints/automl"]).OrderBy(d => d[^3..]).TakeLast(2)) Directory.Delete(late, recursive: true);
        var lines = new List<string>();
        await TrainAsync("species", checkpoints: true, onLine: lines.Add);
        Assert.Equal(3, lines.Count(l => l.Contains("kept from the earlier attempt")));
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["out/model.onnx"]));
    }

    [Fact]
    public async Task Train_TextsThatNameRows_AreTakenInAndNotRead()
    {
        var manifest = await TrainAsync("species", extra: true);
        Assert.Equal("identifier", Board().Columns.Single(c => c.Name == "tag").Type);
        Assert.Equal("date", Board().Columns.Single(c => c.Name == "seen").Type);
        Assert.Empty(manifest.Columns.Single(c => c.Name == "tag").Categories!);
        Assert.DoesNotContain(Board().Importance, i => i.Column == "tag");
    }

    [Fact]
    public async Task Train_ObjectiveOfAnotherTask_NamesThoseThatDo()
    {
        var error = (await RunAsync("species", values: new() { ["objective"] = "rmse" })).Error!;
        Assert.Contains("logloss, accuracy, error, f1", error.Message);
    }

    [Fact]
    public void Weigh_TwoModelsThatErrOppositely_TakesBoth()
    {
        float[] truth = [1, 2, 3, 4], high = [2, 3, 4, 5], low = [0, 1, 2, 3], bad = [9, 9, 9, 9];
        var weights = EnsembleSelection.Weigh([bad, high, low], mean => mean.Zip(truth, (m, t) => (double)(m - t) * (m - t)).Sum(), 5);
        Assert.Equal([0, 0.5, 0.5], weights);
    }

    private Leaderboard Board() => JsonSerializer.Deserialize(File.ReadAllText(_folder["out/leaderboard.json"]), AutoMlJson.Default.Leaderboard)!;

    private static float[] Predict(string folder, DataTable table)
    {
        var manifest = JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(folder, "model.json")), AlgorithmsJson.Default.ModelManifest)!;
        using var session = new InferenceSession(Path.Combine(folder, "model.onnx"));
        var inputs = RawInputs.Of(manifest.Columns, table, 0, table.Rows);
        using var run = new RunOptions();
        using var results = session.Run(run, [.. inputs.Keys], [.. inputs.Values], ["score"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private async Task<ModelManifest> TrainAsync(string label, bool importance = true, TimeProvider? time = null, int seconds = 600, int candidates = 5, Action? onMetric = null, Action<string>? onLine = null, bool checkpoints = false, bool extra = false) =>
        (await RunAsync(label, new()
        {
            ["importance"] = importance ? "true" : "false",
            ["max_seconds"] = seconds.ToString(CultureInfo.InvariantCulture),
            ["max_candidates"] = candidates.ToString(CultureInfo.InvariantCulture),
        }, time, onMetric, onLine, checkpoints, extra)).Value;

    private async Task<Core.Results.Result<ModelManifest>> RunAsync(string label, Dictionary<string, string> values, TimeProvider? time = null, Action? onMetric = null, Action<string>? onLine = null, bool checkpoints = false, bool extra = false)
    {
        var lines = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "datasets", "penguins.csv"))).Where((_, i) => i == 0 || i % 2 == 0);
        if (extra) lines = lines.Select((l, i) => i == 0 ? l + ",tag,seen" : string.Create(CultureInfo.InvariantCulture, $"{l},bird {i},2007-11-{1 + i % 28:00}T{i % 24:00}:{i % 60:00}"));
        Directory.CreateDirectory(_folder["in/train"]);
        await File.WriteAllLinesAsync(_folder["in/train/p.csv"], lines);
        var request = new TrainingRequest
        {
            Algorithm = "automl",
            Task = LearningTask.Regression,
            Layout = new DataLayout { Label = label },
            Seed = 7,
            HyperParameters = new Dictionary<string, string>(values) { ["infer_task"] = "true", ["folds"] = "3" },
        };
        var folders = new TrainingFolders(_folder["in"], _folder["out"], checkpoints ? _folder["checkpoints"] : null, _folder["data"]);
        return await AutoMlTrainer.TrainAsync(request, folders, new Listener(onMetric, onLine), time ?? TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private sealed class Listener(Action? onMetric, Action<string>? onLine) : ITrainingProgress
    {
        public void Metric(string name, double value, int? step)
        {
            if (step is not null) onMetric?.Invoke();
        }

        public void Log(string line) => onLine?.Invoke(line);
    }
}
