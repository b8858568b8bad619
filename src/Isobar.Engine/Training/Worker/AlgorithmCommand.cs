using System.Runtime.InteropServices;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.Training.Worker;

/// <summary>
/// Fits an algorithm of the catalogue from a command line, for jobs whose program is a command: <c>--algorithm NAME --train PATH --model FOLDER</c> (or <c>--model FILE.tar.gz</c>), and
/// <c>--checkpoints FOLDER</c>, <c>--validation</c>, <c>--test</c>, <c>--task</c>, <c>--label</c>, <c>--weight</c>, <c>--ignore</c>, <c>--categorical</c>, <c>--content-type</c>, <c>--seed</c>;
/// every other <c>--name value</c> is a hyperparameter.
/// </summary>
public static class AlgorithmCommand
{
    private const string Archive = ".tar.gz";

    /// <summary>Runs; the model is in the folder, or the archive, that <c>--model</c> names. Exit code 0: done; 1: it could not be fitted; 2: the command line is wrong; 143: ended on request.</summary>
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
            foreach (var channel in AlgorithmWords.Channels.Where(given.ContainsKey)) Link(Path.GetFullPath(given[channel]), Path.Combine(input, channel));
            var target = Path.GetFullPath(given["model"]);
            var folder = target.EndsWith(Archive, StringComparison.Ordinal) ? Directory.CreateDirectory(Path.Combine(input, ".model")).FullName : target;
            var result = await Task.Run(() => Trainer.TrainAsync(request, new TrainingFolders(input, folder, given.GetValueOrDefault("checkpoints") is { } kept ? Path.GetFullPath(kept) : null), new TrainingWorker.LineProgress(), stop.Token)).ConfigureAwait(false);
            if (!result.TryGet(out _, out error)) return Fail(1, error);
            if (folder == target) return 0;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await TarGz.PackAsync(folder, target, stop.Token).ConfigureAwait(false);
            return 0;
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
        foreach (var name in AlgorithmWords.Channels.Where(given.ContainsKey))
            if (!Path.Exists(given[name])) return Error.Invalid(name, given[name], $"--{name}: there is no file or folder '{given[name]}'.");
        return given;
    }

    private static Result<TrainingRequest> Request(Dictionary<string, string> given)
    {
        var name = given["algorithm"] is "lightgbm" or "xgboost" ? "boosted-trees" : given["algorithm"];
        if (AlgorithmCatalog.All.FirstOrDefault(a => a.Name == name) is not { } algorithm)
            return Error.Invalid("algorithm", name, $"--algorithm: '{name}' is not one of {string.Join(", ", AlgorithmCatalog.All.Select(a => a.Name))}.");
        given = given.Where(p => p.Key is not ("algorithm" or "model" or "checkpoints")).ToDictionary();
        return AlgorithmWords.Read(algorithm, given).TryGet(out var request, out var fault) ? request : fault with { Message = fault.Message + "." };
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
        // A job that runs this tells its reason, as a program of the user's may.
        if (Environment.GetEnvironmentVariable("SM_OUTPUT_DIR") is { Length: > 0 } folder && Directory.Exists(folder)) File.WriteAllText(Path.Combine(folder, "failure"), error.Message);
        return code;
    }
}
