using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.AutoMl.Images;
using Isobar.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Evaluation;

/// <summary>What a model of pictures says of labelled pictures.</summary>
public static class ScoredImages
{
    // As many as keep the network's intermediate values within some two hundred megabytes.
    private const int Batch = 16;

    /// <summary>Runs a model over pictures, which are fetched some at a time; those whose class the model does not know are left out. A file that is no picture is an invalid argument.</summary>
    public static async Task<Result<ScoredTable>> OfAsync(ModelPackage package, IReadOnlyList<(string Label, Func<CancellationToken, Task<byte[]>> Fetch)> pictures, CancellationToken ct = default)
    {
        if (package.OnnxFile is null || package.ManifestFile is null || JsonSerializer.Deserialize(await File.ReadAllBytesAsync(package.ManifestFile, ct).ConfigureAwait(false), AlgorithmsJson.Default.ModelManifest) is not { Classes: { } classes } manifest)
            return new Error(ErrorCode.FailedPrecondition, "The artifact is no model of pictures of the engine.");
        var known = classes.Select((name, at) => (name, at)).ToDictionary(c => c.name, c => c.at);
        var asked = pictures.Where(p => known.ContainsKey(p.Label)).ToList();
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(package.OnnxFile, options);
        using var run = new RunOptions();
        var values = new List<float>(asked.Count * classes.Count);
        foreach (var some in asked.Chunk(Batch))
        {
            ct.ThrowIfCancellationRequested();
            var pixels = new byte[some.Length * ImagePixels.Length];
            for (var i = 0; i < some.Length; i++)
                if (ImagePixels.Decode(await some[i].Fetch(ct).ConfigureAwait(false), pixels.AsSpan(i * ImagePixels.Length, ImagePixels.Length)) is { } fault) return fault;
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [some.Length, ImagePixels.Size, ImagePixels.Size, ImagePixels.Channels]);
            using var results = session.Run(run, [ImageBackbone.Input], [input], ["probabilities"]);
            values.AddRange(results[0].GetTensorDataAsSpan<float>());
        }
        return new ScoredTable(manifest, [.. asked.Select(p => (float)known[p.Label])], [.. values]);
    }
}
