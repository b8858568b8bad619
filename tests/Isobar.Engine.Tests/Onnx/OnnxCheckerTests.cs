using System.Diagnostics;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.Tests.Onnx;

/// <summary>Every algorithm's model before the checker of the ONNX project itself, shape inference included.</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_ModelOfEveryAlgorithm_IsValid()
    {
        if (!File.Exists(Python) || (await RunAsync("import onnx")).Code != 0) Assert.Skip("needs Debian's python3-onnx");
        var penguins = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "datasets", "penguins.csv"));
        Directory.CreateDirectory(_folder["in/train"]);
        await File.WriteAllTextAsync(_folder["in/train/p.csv"], penguins);
        foreach (var algorithm in AlgorithmCatalog.All)
        {
            foreach (var task in algorithm.Tasks)
            {
                var request = new TrainingRequest
                {
                    Algorithm = algorithm.Name,
                    Task = task,
                    HyperParameters = algorithm.Name switch
                    {
                        "automl" => new Dictionary<string, string> { ["max_candidates"] = "3", ["folds"] = "2" },
                        // The fourth candidate is the trees.
                        "forecasting" => new() { ["max_candidates"] = "4", ["ensemble_size"] = "4", ["time_column"] = "day" },
                        _ => [],
                    },
                    Layout = new DataLayout
                    {
                        Label = task switch { LearningTask.Binary => "sex", LearningTask.Multiclass => "species", LearningTask.Regression => "body_mass_g", LearningTask.Forecasting => "value", _ => null },
                        Ignore = task is LearningTask.Clustering or LearningTask.Anomaly or LearningTask.Projection ? ["species", "island", "sex"] : [],
                    },
                };
                // Rows whose label is missing cannot be learned from.
                var rows = penguins.Split('\n').Where(l => !l.Contains(",,") && !l.EndsWith(',') && l.Length > 0);
                if (task == LearningTask.Forecasting) rows = Enumerable.Range(0, 90).Select(d => FormattableString.Invariant($"{new DateTime(2024, 1, 1).AddDays(d):yyyy-MM-dd},{10 + d % 7 + d * d % 5}")).Prepend("day,value");
                await File.WriteAllLinesAsync(_folder["in/train/p.csv"], rows);
                (await Trainer.TrainAsync(request, new TrainingFolders(_folder["in"], _folder[$"models/{algorithm.Name}-{task}"], null), new Graphs.Silent())).Value.ToString();
            }
        }
        var (code, output) = await RunAsync($"""
            import glob, onnx
            for path in sorted(glob.glob('{_folder["models"]}/*/model.onnx')):
                model = onnx.load(path)
                onnx.checker.check_model(model, full_check=True)
                onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
                print(path)
            """);
        Assert.True(code == 0, output);
        Assert.Equal(AlgorithmCatalog.All.Sum(a => a.Tasks.Count), output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<(int Code, string Output)> RunAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
