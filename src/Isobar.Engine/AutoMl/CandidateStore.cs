using System.Text.Json;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>What a kept candidate's <c>result.json</c> holds.</summary>
internal sealed record KeptCandidate(string Fingerprint, string Name, string Algorithm, IReadOnlyDictionary<string, string> HyperParameters, int[] RowWidths, float[] HeldOut, IReadOnlyList<IReadOnlyDictionary<string, double>> Measures, double Seconds);

/// <summary>Candidates on disk as they finish: a search that was killed goes on after the last of them.</summary>
/// <param name="fingerprint">Data, options and seed; candidates of another search are not taken.</param>
internal sealed class CandidateStore(string? folder, string fingerprint)
{
    public Candidate? Load(CandidateSpec spec)
    {
        if (folder is null) return null;
        var result = Path.Combine(folder, spec.Name, "result.json");
        if (!File.Exists(result)) return null;
        var kept = JsonSerializer.Deserialize(File.ReadAllText(result), KeptCandidateJson.Default.KeptCandidate)!;
        // Another version of the plan may have given the name to something else.
        if (kept.Fingerprint != fingerprint || kept.Algorithm != spec.Algorithm || !kept.HyperParameters.OrderBy(p => p.Key).SequenceEqual(spec.Shown.OrderBy(p => p.Key))) return null;
        var models = kept.RowWidths.Select((width, fold) => new FoldModel(File.ReadAllBytes(ModelFile(spec.Name, fold)), width)).ToList();
        return new Candidate(spec, AlgorithmCatalog.Find(spec.Algorithm)!.Needs, models, kept.HeldOut, kept.Measures, TimeSpan.FromSeconds(kept.Seconds));
    }

    public void Save(Candidate candidate)
    {
        if (folder is null) return;
        Directory.CreateDirectory(Path.Combine(folder, candidate.Spec.Name));
        for (var fold = 0; fold < candidate.Models.Count; fold++) File.WriteAllBytes(ModelFile(candidate.Spec.Name, fold), candidate.Models[fold].Onnx);
        var kept = new KeptCandidate(fingerprint, candidate.Spec.Name, candidate.Spec.Algorithm, candidate.Spec.Shown,
            [.. candidate.Models.Select(m => m.RowWidth)], candidate.HeldOut, candidate.Measures, candidate.Duration.TotalSeconds);
        var result = Path.Combine(folder, candidate.Spec.Name, "result.json");
        // The result comes last and at once: where it is, the models are whole.
        File.WriteAllText(result + ".new", JsonSerializer.Serialize(kept, KeptCandidateJson.Default.KeptCandidate));
        File.Move(result + ".new", result, overwrite: true);
    }

    private string ModelFile(string name, int fold) => Path.Combine(folder!, name, $"fold-{fold}.onnx");
}

/// <summary>Serialization of kept candidates.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[System.Text.Json.Serialization.JsonSerializable(typeof(KeptCandidate))]
internal sealed partial class KeptCandidateJson : System.Text.Json.Serialization.JsonSerializerContext;
