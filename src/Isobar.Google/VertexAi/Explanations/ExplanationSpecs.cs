using System.Globalization;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using Method = Isobar.Google.VertexAi.V1.ExplanationParameters.MethodOneofCase;

namespace Isobar.Google.VertexAi.Explanations;

/// <summary>Explanation specifications: what of them is taken here, and how a deployment's lies over its model's.</summary>
internal static class ExplanationSpecs
{
    private const int MaxPaths = 50;

    /// <summary>Refuses what is not taken.</summary>
    /// <param name="whole">Whether the method has to be there: what lies over another specification may leave it out.</param>
    public static void Check(ExplanationSpec? spec, string field, bool whole)
    {
        if (spec is null) return;
        Check(spec.Parameters, field + ".parameters", whole);
        foreach (var (name, input) in spec.Metadata?.Inputs ?? [])
        {
            if (input.Encoding is not (ExplanationMetadata.Types.InputMetadata.Types.Encoding.Unspecified or ExplanationMetadata.Types.InputMetadata.Types.Encoding.Identity or ExplanationMetadata.Types.InputMetadata.Types.Encoding.BagOfFeatures))
                throw Faults.Unimplemented($"{field}.metadata.inputs[{name}].encoding: {input.Encoding} is not supported here; IDENTITY and BAG_OF_FEATURES are.");
            if (input.Encoding == ExplanationMetadata.Types.InputMetadata.Types.Encoding.BagOfFeatures && input.IndexFeatureMapping.Count == 0)
                throw Faults.Required($"{field}.metadata.inputs[{name}].index_feature_mapping");
        }
    }

    public static void Check(ExplanationParameters? parameters, string field, bool whole)
    {
        switch (parameters?.MethodCase ?? Method.None)
        {
            case Method.SampledShapleyAttribution:
                if (parameters!.SampledShapleyAttribution.PathCount is < 1 or > MaxPaths)
                    throw Faults.Invalid(field + ".sampled_shapley_attribution.path_count", parameters.SampledShapleyAttribution.PathCount.ToString(CultureInfo.InvariantCulture), $"1 to {MaxPaths}");
                break;
            case Method.None:
                if (whole) throw Faults.Required(field + ".sampled_shapley_attribution");
                break;
            default:
                throw Faults.Unimplemented($"{field}: {parameters!.MethodCase} is not supported here; sampled_shapley_attribution is.");
        }
        if (parameters?.TopK < -1) throw Faults.Invalid(field + ".top_k", parameters.TopK.ToString(CultureInfo.InvariantCulture), "-1 for all, or the number of outputs");
        if (parameters?.OutputIndices?.Values.Any(v => v.KindCase != Kind.NumberValue) == true)
            throw Faults.Unimplemented($"{field}.output_indices: outputs of one dimension are explained here; give a list of numbers.");
    }

    /// <summary>What is populated in the upper one stands, the rest is the lower one's.</summary>
    public static ExplanationSpec? Merge(ExplanationSpec? lower, ExplanationSpec? upper)
    {
        if (lower is null || upper is null) return (upper ?? lower)?.Clone();
        return new ExplanationSpec { Parameters = Merge(lower.Parameters, upper.Parameters), Metadata = (upper.Metadata ?? lower.Metadata)?.Clone() };
    }

    /// <summary>What a request asks for, over what the deployment says.</summary>
    public static ExplanationSpec With(ExplanationSpec spec, ExplanationSpecOverride? change)
    {
        if (change is null) return spec;
        if (change.ExamplesOverride is not null) throw Faults.Unimplemented("explanation_spec_override.examples_override: explanations by examples are not supported here.");
        Check(change.Parameters, "explanation_spec_override.parameters", whole: false);
        var merged = new ExplanationSpec { Parameters = Merge(spec.Parameters, change.Parameters), Metadata = spec.Metadata?.Clone() ?? new ExplanationMetadata() };
        foreach (var (name, input) in change.Metadata?.Inputs ?? [])
        {
            if (!merged.Metadata.Inputs.TryGetValue(name, out var known))
            {
                if (merged.Metadata.Inputs.Count > 0) throw Faults.Invalid("explanation_spec_override.metadata.inputs", name, $"the inputs are {string.Join(", ", merged.Metadata.Inputs.Keys)}");
                known = new ExplanationMetadata.Types.InputMetadata();
            }
            known.InputBaselines.Clear();
            known.InputBaselines.Add(input.InputBaselines);
            merged.Metadata.Inputs[name] = known;
        }
        return merged;
    }

    private static ExplanationParameters? Merge(ExplanationParameters? lower, ExplanationParameters? upper)
    {
        if (lower is null || upper is null) return (upper ?? lower)?.Clone();
        var merged = lower.Clone();
        if (upper.MethodCase == Method.SampledShapleyAttribution) merged.SampledShapleyAttribution = upper.SampledShapleyAttribution.Clone();
        if (upper.TopK != 0) merged.TopK = upper.TopK;
        if (upper.OutputIndices is not null) merged.OutputIndices = upper.OutputIndices.Clone();
        return merged;
    }
}
