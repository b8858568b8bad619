using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Explanations;

/// <summary>The numbers of a prediction that are explained: a number, or a list of them, alone or in a field.</summary>
internal sealed class ExplainedOutput
{
    /// <summary>Fields that hold the numbers where the metadata names none, the likeliest first.</summary>
    private static readonly string[] Usual = ["probabilities", "scores", "score", "value", "predictions", "outputs"];
    private readonly string? _field;
    private readonly ExplanationMetadata.Types.OutputMetadata? _metadata;

    /// <param name="prediction">The first prediction, which the others are like.</param>
    public ExplainedOutput(Value prediction, ExplanationMetadata? metadata)
    {
        var known = metadata?.Outputs ?? [];
        if (known.Count > 1) throw Faults.Invalid("explanation_spec.metadata.outputs", string.Join(", ", known.Keys), "one output is explained");
        (Name, _metadata) = known.Count == 1 ? (known.Keys.First(), known.Values.First()) : ("", null);
        if (prediction.KindCase != Kind.StructValue) return;
        var fields = prediction.StructValue.Fields;
        string[] wanted = _metadata is null ? Usual : [Name, _metadata.OutputTensorName, .. Usual];
        _field = wanted.FirstOrDefault(f => fields.TryGetValue(f, out var value) && Numbers(value) is not null) ?? fields.FirstOrDefault(f => Numbers(f.Value) is not null).Key
            ?? throw Faults.Precondition($"The predictions of the model hold no numbers that could be explained: {string.Join(", ", fields.Keys)}.");
        if (Name.Length == 0) Name = _field;
    }

    public string Name { get; }

    public double[] Read(Value prediction) => Numbers(Of(prediction)) ?? throw Faults.Precondition("The model did not predict a number, or a list of numbers, for every instance.");

    /// <summary>Whether the prediction is one number, which has no index.</summary>
    public bool IsScalar(Value prediction) => Of(prediction).KindCase != Kind.ListValue;

    /// <summary>What the number at an index is called, such as the class.</summary>
    public string DisplayName(Value prediction, int index, IReadOnlyList<string>? classes)
    {
        var names = _metadata?.DisplayNameMappingCase switch
        {
            ExplanationMetadata.Types.OutputMetadata.DisplayNameMappingOneofCase.IndexDisplayNameMapping => Texts(_metadata.IndexDisplayNameMapping),
            ExplanationMetadata.Types.OutputMetadata.DisplayNameMappingOneofCase.DisplayNameMappingKey => Field(prediction, _metadata.DisplayNameMappingKey),
            _ => Field(prediction, "classes") ?? classes,
        };
        return names is not null && index < names.Count ? names[index] : "";
    }

    private Value Of(Value prediction) => _field is null ? prediction
        : prediction.KindCase == Kind.StructValue && prediction.StructValue.Fields.TryGetValue(_field, out var value) ? value : Value.ForNull();

    private static IReadOnlyList<string>? Field(Value prediction, string key) => prediction.KindCase == Kind.StructValue && prediction.StructValue.Fields.TryGetValue(key, out var names) ? Texts(names) : null;

    private static IReadOnlyList<string>? Texts(Value names) => names.KindCase == Kind.ListValue ? [.. names.ListValue.Values.Select(v => v.KindCase == Kind.StringValue ? v.StringValue : v.ToString())] : null;

    private static double[]? Numbers(Value value) => value.KindCase switch
    {
        Kind.NumberValue => [value.NumberValue],
        Kind.ListValue when value.ListValue.Values is { Count: > 0 } items && items.All(i => i.KindCase == Kind.NumberValue) => [.. items.Select(i => i.NumberValue)],
        _ => null,
    };
}
