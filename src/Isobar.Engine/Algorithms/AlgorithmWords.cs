using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.Algorithms;

/// <summary>
/// What a command line says of a fit: <c>--content-type</c>, <c>--task</c>, <c>--label</c>, <c>--weight</c>, <c>--ignore</c>, <c>--categorical</c>, <c>--seed</c>,
/// and the hyperparameters by the catalogue's names.
/// </summary>
public static class AlgorithmWords
{
    private static readonly string[] Reserved = ["content-type", "task", "label", "weight", "ignore", "categorical", "seed"];

    /// <summary>The channels, whose places are words too.</summary>
    public static IReadOnlyList<string> Channels { get; } = ["train", "validation", "test"];

    /// <summary>The MIME type of the data; CSV with a header where none is given.</summary>
    public static string ContentType(IReadOnlyDictionary<string, string> given) => given.GetValueOrDefault("content-type", "text/csv;header=present");

    /// <summary>The request; a fault names the word, its value and, without a full stop, what is allowed.</summary>
    /// <param name="algorithm">What is fitted.</param>
    /// <param name="given">Values by word, without the dashes.</param>
    public static Result<TrainingRequest> Read(AlgorithmInfo algorithm, IReadOnlyDictionary<string, string> given)
    {
        var type = ContentType(given);
        if (ContentTypes.FormatOf(type) is not { } format) return Error.Invalid("content-type", type, "--content-type is one of text/csv, application/jsonlines, application/x-parquet, text/libsvm, application/x-recordio-protobuf");
        var task = algorithm.Tasks[0];
        if (given.TryGetValue("task", out var word) && (!Enum.TryParse(word, ignoreCase: true, out task) || !algorithm.Tasks.Contains(task)))
            return Error.Invalid("task", word, $"--task is one of {string.Join(", ", algorithm.Tasks).ToLowerInvariant()}");
        if (task is LearningTask.Binary or LearningTask.Multiclass or LearningTask.Regression && !given.ContainsKey("label")) return Error.Invalid("label", null, "--label names the column to learn, or its number from 0");
        var seed = 0;
        if (given.TryGetValue("seed", out var number) && !int.TryParse(number, out seed)) return Error.Invalid("seed", number, "--seed is a whole number");
        return new TrainingRequest
        {
            Algorithm = algorithm.Name,
            Task = task,
            HyperParameters = given.Where(p => !Reserved.Contains(p.Key) && !Channels.Contains(p.Key)).ToDictionary(),
            Layout = new DataLayout { Format = format, Label = given.GetValueOrDefault("label"), Weight = given.GetValueOrDefault("weight"), Ignore = Names("ignore"), Categorical = Names("categorical") },
            Seed = seed,
        };

        string[] Names(string key) => given.GetValueOrDefault(key, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
