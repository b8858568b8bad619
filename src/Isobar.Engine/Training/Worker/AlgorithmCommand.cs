using System.Runtime.InteropServices;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.Training.Worker;

/// <summary>
/// Fits an algorithm of the catalogue from a command line, for jobs whose program is a command: <c>--algorithm NAME --train PATH --model FOLDER</c>, and
/// <c>--validation</c>, <c>--test</c>, <c>--task</c>, <c>--label</c>, <c>--weight</c>, <c>--ignore</c>, <c>--categorical</c>, <c>--content-type</c>, <c>--seed</c>;
/// every other <c>--name value</c> is a hyperparameter.
/// </summary>
public static class AlgorithmCommand
{
    private static readonly string[] Channels = ["train", "validation", "test"];
    private static readonly string[] Reserved = [.. Channels, "algorithm", "model", "task", "label", "weight", "ignore", "categorical", "content-type", "seed"];

    /// <summary>Runs; the model is in the folder that <c>--model</c> names. Exit code 0: done; 1: it could not be fitted; 2: the command line is wrong; 143: ended on request.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        if (!Read(words).TryGet(out var given, out var error) || !Request(given).TryGet(out var request, out error)) return Fail(2, error);
        // The trainer reads a folder for each channel; the caller names files and folders.
        var input = Directory.CreateTempSubdirectory("isobar-train-").FullName;
        try
        {
            foreach (var channel in Channels.Where(given.ContainsKey)) Link(Path.GetFullPath(given[channel]), Path.Combine(input, channel));
            var result = await Task.Run(() => Trainer.TrainAsync(request, new TrainingFolders(input, Path.GetFullPath(given["model"]), null), new TrainingWorker.LineProgress(), stop.Token)).ConfigureAwait(false);
            return result.TryGet(out _, out error) ? 0 : Fail(1, error);
        }
        catch (OperationCanceledException)
        {
            return 143;
        }
        finally
        {
            Directory.Delete(input, recursive: true);
        }
    }

    private static Result<Dictionary<string, string>> Read(IReadOnlyList<string> words)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || words[i].Length == 2) return Error.Invalid("arguments", words[i], $"'{words[i]}' is not --name value.");
            var at = words[i].IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? words[i][2..] : words[i][2..at];
            if (at < 0 && i + 1 == words.Count) return Error.Invalid(name, null, $"--{name} needs a value.");
            if (!given.TryAdd(name, at < 0 ? words[++i] : words[i][(at + 1)..])) return Error.Invalid(name, null, $"--{name} is given twice.");
        }
        foreach (var name in new[] { "algorithm", "train", "model" })
            if (!given.ContainsKey(name)) return Error.Invalid(name, null, $"--{name} is required.");
        foreach (var name in Channels.Where(given.ContainsKey))
            if (!Path.Exists(given[name])) return Error.Invalid(name, given[name], $"--{name}: there is no file or folder '{given[name]}'.");
        return given;
    }

    private static Result<TrainingRequest> Request(Dictionary<string, string> given)
    {
        var name = given["algorithm"] is "lightgbm" or "xgboost" ? "boosted-trees" : given["algorithm"];
        if (AlgorithmCatalog.All.FirstOrDefault(a => a.Name == name) is not { } algorithm)
            return Error.Invalid("algorithm", name, $"--algorithm: '{name}' is not one of {string.Join(", ", AlgorithmCatalog.All.Select(a => a.Name))}.");
        var type = given.GetValueOrDefault("content-type", "text/csv;header=present");
        if (ContentTypes.FormatOf(type) is not { } format) return Error.Invalid("content-type", type, "--content-type is one of text/csv, application/jsonlines, application/x-parquet, text/libsvm, application/x-recordio-protobuf.");
        var task = algorithm.Tasks[0];
        if (given.TryGetValue("task", out var word) && (!Enum.TryParse(word, ignoreCase: true, out task) || !algorithm.Tasks.Contains(task)))
            return Error.Invalid("task", word, $"--task is one of {string.Join(", ", algorithm.Tasks).ToLowerInvariant()} for {name}.");
        if (task is LearningTask.Binary or LearningTask.Multiclass or LearningTask.Regression && !given.ContainsKey("label")) return Error.Invalid("label", null, "--label names the column to learn, or its number from 0.");
        var seed = 0;
        if (given.TryGetValue("seed", out var number) && !int.TryParse(number, out seed)) return Error.Invalid("seed", number, "--seed is a whole number.");
        return new TrainingRequest
        {
            Algorithm = name,
            Task = task,
            HyperParameters = given.Where(p => !Reserved.Contains(p.Key)).ToDictionary(),
            Layout = new DataLayout { Format = format, Label = given.GetValueOrDefault("label"), Weight = given.GetValueOrDefault("weight"), Ignore = Names("ignore"), Categorical = Names("categorical") },
            Seed = seed,
        };

        string[] Names(string key) => given.GetValueOrDefault(key, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Link(string path, string channel)
    {
        if (Directory.Exists(path))
        {
            Directory.CreateSymbolicLink(channel, path);
            return;
        }
        Directory.CreateDirectory(channel);
        File.CreateSymbolicLink(Path.Combine(channel, Path.GetFileName(path)), path);
    }

    private static int Fail(int code, Error error)
    {
        Console.Error.WriteLine(error.Message);
        return code;
    }
}
