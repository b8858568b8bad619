using System.IO.Compression;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Trees;

namespace Isobar.Engine.Tests.Algorithms;

/// <summary>Accuracy on rows held out, every fifth, beside what scikit-learn gives on the same rows: docs/accuracy.md holds the figures.</summary>
public sealed class AccuracyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ITestOutputHelper _output;

    public AccuracyTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.97)]
    [InlineData(0.96, "island", "sex")]
    public async Task BoostedTrees_PenguinsInFiveFolds_TellSpeciesApart(double accuracy, params string[] ignore)
    {
        Need();
        var lines = await File.ReadAllLinesAsync(Data("penguins.csv"));
        double right = 0;
        for (var fold = 0; fold < 5; fold++)
        {
            Split(lines, fold);
            var manifest = await TrainAsync(new TrainingRequest { Algorithm = "boosted-trees", Task = LearningTask.Multiclass, Layout = new DataLayout { Label = "species", Ignore = ignore }, Seed = 1 });
            right += manifest.Metrics["validation:accuracy"] * (lines.Length - 1 - manifest.TrainingRows);
        }
        _output.WriteLine($"all folds: {right / (lines.Length - 1)}");
        Assert.True(right / (lines.Length - 1) >= accuracy, $"accuracy {right / (lines.Length - 1)}");
    }

    [Theory]
    [InlineData("boosted-trees", 0.155)]
    [InlineData("linear", 0.05)]
    public async Task Flights_Delay_ExplainsWhatOthersExplain(string algorithm, double r2)
    {
        Need();
        await SplitFlightsAsync(late: false);
        var manifest = await TrainAsync(new TrainingRequest { Algorithm = algorithm, Task = LearningTask.Regression, Layout = new DataLayout { Label = "delay" } });
        Assert.True(manifest.Metrics["validation:r2"] >= r2, $"r2 {manifest.Metrics["validation:r2"]}");
    }

    [Theory]
    [InlineData("boosted-trees", 0.71)]
    [InlineData("logistic", 0.65)]
    public async Task Flights_LateOrNot_TellsWhatOthersTell(string algorithm, double auc)
    {
        Need();
        await SplitFlightsAsync(late: true);
        var manifest = await TrainAsync(new TrainingRequest { Algorithm = algorithm, Task = LearningTask.Binary, Layout = new DataLayout { Label = "delay" }, HyperParameters = algorithm == "logistic" ? new Dictionary<string, string> { ["epochs"] = "40" } : [] });
        Assert.True(manifest.Metrics["validation:auc"] >= auc, $"auc {manifest.Metrics["validation:auc"]}");
    }

    private static void Need()
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
    }

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "datasets", name);

    private async Task SplitFlightsAsync(bool late)
    {
        await using var packed = new GZipStream(File.OpenRead(Data("flights.csv.gz")), CompressionMode.Decompress);
        using var text = new StreamReader(packed);
        var lines = (await text.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // Late, as the airlines count it: by more than a quarter of an hour.
        if (late) lines = [lines[0], .. lines.Skip(1).Select(l => l.LastIndexOf(',') is var at && int.Parse(l.AsSpan(at + 1)) > 15 ? l[..at] + ",1" : l[..at] + ",0")];
        Split(lines);
    }

    private void Split(string[] lines, int fold = 4)
    {
        foreach (var channel in new[] { "train", "validation" }) Directory.CreateDirectory(_folder["in/" + channel]);
        File.WriteAllLines(_folder["in/train/a.csv"], lines.Where((_, i) => i == 0 || (i - 1) % 5 != fold));
        File.WriteAllLines(_folder["in/validation/a.csv"], lines.Where((_, i) => i == 0 || (i - 1) % 5 == fold));
    }

    private async Task<ModelManifest> TrainAsync(TrainingRequest request)
    {
        var manifest = (await Trainer.TrainAsync(request, new TrainingFolders(_folder["in"], _folder["out"], null), new Onnx.Graphs.Silent())).Value;
        _output.WriteLine($"{request.Algorithm}: {string.Join(", ", manifest.Metrics.Select(m => $"{m.Key} {m.Value:0.#####}"))}");
        return manifest;
    }
}
