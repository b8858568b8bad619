using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Serving.Graphs;
using Isobar.Engine.Serving.Processes;

namespace Isobar.Engine.Serving;

/// <summary>A loaded model, and the content that it was loaded from (null: without an artifact).</summary>
internal sealed record StartedRunner(ModelRunner Runner, string? PackageSha256);

/// <summary>Loads models.</summary>
internal sealed class RunnerFactory(ModelPackages packages, IEnumerable<IInvocationCodecFactory> codecs, ProcessRunnerFactory processes, ILogStore logs, TimeProvider time)
{
    private readonly Dictionary<string, IInvocationCodecFactory> _codecs = codecs.ToDictionary(c => c.Name);

    /// <summary>Loads the model of a variant; completes when it can answer.</summary>
    /// <param name="packageSha256">The content to load, where an earlier start has fixed it: what the artifact's key holds by now does not matter.</param>
    public async Task<Result<StartedRunner>> StartAsync(VariantSpec variant, int count, string? packageSha256, CancellationToken ct)
    {
        if (!(await OpenAsync(variant.Model, packageSha256, ct).ConfigureAwait(false)).TryGet(out var package, out var error)) return error;
        var started = variant.Model.Program switch
        {
            OnnxProgram onnx => LoadGraph(onnx, variant, count, package),
            ScriptModelProgram { GraphCodec: { } codec, Source: null } when !HasServer(package) => LoadBare(new OnnxProgram(codec), variant, count, package),
            ScriptModelProgram script => await processes.StartAsync(script, variant, count, package, ct).ConfigureAwait(false),
            _ => new Error(ErrorCode.Unimplemented, $"Models of kind {variant.Model.Program.GetType().Name} cannot be run."),
        };
        return started.Map(r => new StartedRunner(r, package?.Sha256));
    }

    private async Task<Result<ModelPackage?>> OpenAsync(ModelSpec model, string? sha256, CancellationToken ct)
    {
        if (model.Artifact is null) return Result<ModelPackage?>.Ok(null);
        if (sha256 is not null && packages.Cached(sha256) is { } cached) return cached;
        return (await packages.OpenAsync(model.Artifact, ct).ConfigureAwait(false)).Map(p => (ModelPackage?)p);
    }

    private static bool HasServer(ModelPackage? package) => package is not null && File.Exists(Path.Combine(package.Folder, "code", "serve"));

    /// <summary>A graph that came under an image whose own program is not to be had here.</summary>
    private Result<ModelRunner> LoadBare(OnnxProgram program, VariantSpec variant, int count, ModelPackage? package) => package?.OnnxFile is not null
        ? LoadGraph(program, variant, count, package)
        : new Error(ErrorCode.InvalidArgument, $"Images are not run here, and {(package is null ? "the model has no artifact" : "the artifact holds neither a program code/serve nor a model.onnx")}.");

    private Result<ModelRunner> LoadGraph(OnnxProgram program, VariantSpec variant, int count, ModelPackage? package)
    {
        if (package?.OnnxFile is null)
            return new Error(ErrorCode.InvalidArgument, package is null ? "The model has no artifact." : "The artifact holds no model.onnx (nor exactly one other .onnx file).");
        if (!_codecs.TryGetValue(program.Codec, out var factory))
            return new Error(ErrorCode.InvalidArgument, $"There is no codec '{program.Codec}'; there are {string.Join(", ", _codecs.Keys.Order(StringComparer.Ordinal))}.");
        if (!ReadManifest(package).TryGet(out var manifest, out var error)) return error;
        if (!OnnxGraph.Load(package.OnnxFile).TryGet(out var graph, out error)) return error;
        if (!factory.Create(new CodecContext(graph.Signature, package.Folder, manifest, variant.Model.Environment)).TryGet(out var codec, out error))
        {
            graph.Dispose();
            return error;
        }
        void Log(string line)
        {
            if (variant.Log is { } stream) logs.Append(stream, time.GetUtcNow(), line);
        }
        Log($"Serving {Path.GetFileName(package.OnnxFile)}{(manifest is null ? "" : $", a model of {manifest.Algorithm} for {manifest.Task}")}: takes {Names(graph.Signature.Inputs)}, gives {Names(graph.Signature.Outputs)}.");
        return new GraphRunner(graph, codec, variant, count, time, Log);

        static string Names(IEnumerable<OnnxPort> ports) => string.Join(", ", ports.Select(p => p.Name));
    }

    private static Result<ModelManifest?> ReadManifest(ModelPackage package)
    {
        if (package.ManifestFile is null) return Result<ModelManifest?>.Ok(null);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(package.ManifestFile), AlgorithmsJson.Default.ModelManifest);
        }
        catch (JsonException)
        {
            // A user's own archive may hold a model.json of another make.
            return Result<ModelManifest?>.Ok(null);
        }
    }
}
