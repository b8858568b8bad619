using System.Collections.Concurrent;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Explanations;
using Isobar.Engine.Models;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Explanations;

/// <summary>What is known of a model from its own manifest: its classes, and what its columns usually hold.</summary>
internal sealed record ModelFacts(IReadOnlyList<string>? Classes, IReadOnlyDictionary<string, Value> Typical)
{
    public static ModelFacts None { get; } = new(null, new Dictionary<string, Value>());
}

/// <summary>Explains predictions by Shapley values. The model is asked, so that any model can be explained; a model of the engine also says what a usual row is, which is the baseline where none is given.</summary>
internal sealed class Explainer(ModelStore models, IModelPackages packages)
{
    private const int DefaultPaths = 10;
    private const int MaxRows = 1_000_000;
    private readonly ConcurrentDictionary<string, ModelFacts> _facts = new();

    /// <param name="predict">Asks the model; gives a prediction for each instance.</param>
    public async Task<IReadOnlyList<Explanation>> ExplainAsync(
        ExplanationSpec spec, ModelFacts facts, IReadOnlyList<Value> instances, IReadOnlyList<Value> predictions, Func<IReadOnlyList<Value>, Task<Result<IReadOnlyList<Value>>>> predict)
    {
        var output = new ExplainedOutput(predictions[0], spec.Metadata);
        var explanations = new List<Explanation>();
        for (var i = 0; i < instances.Count; i++) explanations.Add(await OneAsync(spec, facts, output, instances[i], predictions[i], predict).ConfigureAwait(false));
        return explanations;
    }

    /// <summary>Reads a model's manifest, once for each version.</summary>
    public async Task<ModelFacts> FactsAsync(string model, CancellationToken ct)
    {
        if (_facts.TryGetValue(model, out var known)) return known;
        var facts = ModelFacts.None;
        var found = await models.SpecAsync((await models.FindAsync(model, ct).ConfigureAwait(false)).Value, ct).ConfigureAwait(false);
        if (found is { Program: OnnxProgram, Artifact: { } artifact } && (await packages.OpenAsync(artifact, ct).ConfigureAwait(false)).TryGet(out var package, out _) && package.ManifestFile is { } file)
        {
            var manifest = JsonSerializer.Deserialize(await File.ReadAllTextAsync(file, ct).ConfigureAwait(false), AlgorithmsJson.Default.ModelManifest);
            if (manifest is not null) facts = Read(manifest);
        }
        return _facts[model] = facts;
    }

    // An instance names a column, or the graph's input; where all columns are numbers, one input takes them in a row.
    private static ModelFacts Read(ModelManifest manifest)
    {
        var typical = new Dictionary<string, Value>();
        foreach (var column in manifest.Columns.Where(c => c.Typical is not null)) typical[column.Name] = typical[column.Input] = Typical(column);
        if (manifest.IsNumeric && typical.Count > 0) typical["features"] = Value.ForList([.. manifest.Columns.Select(c => typical.GetValueOrDefault(c.Name) ?? Value.ForNumber(0))]);
        return new ModelFacts(manifest.Classes, typical);
    }

    private static Value Typical(ModelColumn column) =>
        column.Type == "number" && double.TryParse(column.Typical, System.Globalization.CultureInfo.InvariantCulture, out var number) ? Value.ForNumber(number) : Value.ForString(column.Typical);

    // 1. take the instance apart; 2. explain it over each baseline; 3. choose the outputs to show.
    private static async Task<Explanation> OneAsync(ExplanationSpec spec, ModelFacts facts, ExplainedOutput output, Value instance, Value prediction, Func<IReadOnlyList<Value>, Task<Result<IReadOnlyList<Value>>>> predict)
    {
        // 1.
        var parts = new ExplainedInstance(instance, spec.Metadata, name => facts.Typical.GetValueOrDefault(name));
        var paths = spec.Parameters?.SampledShapleyAttribution?.PathCount is > 0 and var given ? given : DefaultPaths;
        if ((long)parts.Players * paths * parts.Baselines > MaxRows)
            throw Faults.Invalid("instances", $"{parts.Players} features", $"features times paths times baselines are at most {MaxRows} here; group features (group_name) or walk fewer paths");

        // 2.
        var results = new List<ShapleyResult>();
        for (var b = 0; b < parts.Baselines; b++)
        {
            var baseline = b;
            var result = await ShapleyValues.ExplainAsync(parts.Players, paths, seed: 17 + b, async coalitions =>
                (await predict([.. coalitions.Select(c => parts.With(c, baseline))]).ConfigureAwait(false)).Map(p => p.Select(output.Read).ToArray())).ConfigureAwait(false);
            results.Add(result.OrThrow());
        }

        // 3.
        var explanation = new Explanation();
        foreach (var index in Chosen(spec.Parameters, results[0].Instance))
        {
            var attribution = new Attribution
            {
                BaselineOutputValue = results.Average(r => r.Baseline[index]),
                InstanceOutputValue = results[0].Instance[index],
                FeatureAttributions = parts.Attributions([.. Enumerable.Range(0, parts.Players).Select(p => results.Average(r => r.Values[p][index]))]),
                ApproximationError = results.Average(r => r.Errors[index]),
                OutputName = output.Name,
                OutputDisplayName = output.DisplayName(prediction, index, facts.Classes),
            };
            if (!output.IsScalar(prediction)) attribution.OutputIndex.Add(index);
            explanation.Attributions.Add(attribution);
        }
        return explanation;
    }

    /// <summary>Those that are named, in their order; or the largest, the largest first.</summary>
    private static IEnumerable<int> Chosen(ExplanationParameters? parameters, double[] values)
    {
        if (parameters?.OutputIndices is { Values.Count: > 0 } named)
            return named.Values.Select(v => (int)v.NumberValue is var at && at >= 0 && at < values.Length ? at : throw Faults.Invalid("explanation_spec.parameters.output_indices", v.NumberValue.ToString(System.Globalization.CultureInfo.InvariantCulture), $"0 to {values.Length - 1}")).ToList();
        var count = parameters?.TopK switch { null or 0 => 1, -1 => values.Length, var k => Math.Min(k.Value, values.Length) };
        return Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(count);
    }
}
