using System.Text.Json;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary>
/// An algorithm of the engine as a container image: <c>isobar/NAME</c> in any registry, told what to do by its arguments:
/// <c>--train=gs://…</c> (or the variable AIP_TRAINING_DATA_URI), <c>--validation</c>, <c>--test</c>, <c>--content-type</c>, <c>--task</c>, <c>--label</c>,
/// <c>--weight</c>, <c>--ignore</c>, <c>--categorical</c>, <c>--seed</c>, and the hyperparameters by the catalogue's names.
/// </summary>
internal sealed record AlgorithmArguments(JobProgram Program, IReadOnlyDictionary<string, string> HyperParameters, IReadOnlyList<ChannelSpec> Channels)
{
    /// <summary>The algorithm that an image names, or null.</summary>
    public static AlgorithmInfo? Recognise(string image) => NameOf(image) is { } name ? AlgorithmCatalog.All.FirstOrDefault(a => a.Name == name) : null;

    /// <summary>The NAME of <c>isobar/NAME</c> in any registry, or null.</summary>
    public static string? NameOf(string image)
    {
        var path = image.Split('@')[0];
        var tag = path.LastIndexOf(':');
        if (tag > path.LastIndexOf('/')) path = path[..tag];
        return path.Split('/') is [.., "isobar", var name] ? name : null;
    }

    public static AlgorithmArguments Read(AlgorithmInfo algorithm, IReadOnlyList<string> args, string? dataUri, string field, string? validationUri = null)
    {
        var given = Pairs(args, field);
        if (!given.ContainsKey("train") && dataUri is not null) given["train"] = dataUri;
        if (!given.ContainsKey("validation") && validationUri is not null) given["validation"] = validationUri;
        if (!given.ContainsKey("train")) throw Faults.Invalid(field, null, "--train=gs://bucket/path says where the training data is");
        if (!AlgorithmWords.Read(algorithm, given).TryGet(out var request, out var error)) throw Faults.Invalid(field, error.Faults[0].Value, error.Message);
        return new AlgorithmArguments(new AlgorithmProgram(algorithm.Name, JsonSerializer.Serialize(request, AlgorithmsJson.Default.TrainingRequest)), request.HyperParameters,
            [.. AlgorithmWords.Channels.Where(given.ContainsKey).Select(n => new ChannelSpec(n, Gcs.Parse(Prefix(given[n]), $"{field}[--{n}]"), ContentType: AlgorithmWords.ContentType(given)))]);
    }

    // What a training pipeline names has the shape gs://…/training-*.csv: all objects that begin so.
    private static string Prefix(string uri) => uri.IndexOf('*') is var star && star < 0 ? uri : uri[..star];

    /// <summary><c>--key=value</c>, <c>--key value</c>, and <c>--flag</c> for true.</summary>
    public static Dictionary<string, string> Pairs(IReadOnlyList<string> args, string field)
    {
        var pairs = new Dictionary<string, string>();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || args[i].Length == 2) throw Faults.Invalid($"{field}[{i}]", args[i], "arguments are --name=value");
            var at = args[i].IndexOf('=');
            var name = at < 0 ? args[i][2..] : args[i][2..at];
            var value = at >= 0 ? args[i][(at + 1)..] : i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : "true";
            if (!pairs.TryAdd(name, value)) throw Faults.Invalid($"{field}[{i}]", args[i], $"--{name} is given twice");
        }
        return pairs;
    }
}
