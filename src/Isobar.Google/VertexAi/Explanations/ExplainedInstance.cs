using Google.Protobuf.Collections;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using InputMetadata = Isobar.Google.VertexAi.V1.ExplanationMetadata.Types.InputMetadata;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using ListValue = Google.Protobuf.WellKnownTypes.ListValue;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Explanations;

/// <summary>An instance taken apart into features: every scalar of an input is one, or all inputs of a group are one together.</summary>
internal sealed class ExplainedInstance
{
    private const string Whole = "features";
    private readonly Value _instance;
    private readonly List<Input> _inputs = [];
    private readonly Dictionary<string, int> _groups = [];

    /// <param name="typical">What an input is where nothing is known of it, by its name; null where that is not known either.</param>
    public ExplainedInstance(Value instance, ExplanationMetadata? metadata, Func<string, Value?> typical)
    {
        _instance = instance;
        var known = metadata?.Inputs ?? [];
        if (instance.KindCase == Kind.StructValue)
        {
            var names = known.Count > 0 ? known.Keys.Where(n => instance.StructValue.Fields.ContainsKey(Key(n, known))) : instance.StructValue.Fields.Keys;
            foreach (var name in names.Order(StringComparer.Ordinal)) Add(name, Key(name, known), instance.StructValue.Fields[Key(name, known)], known.GetValueOrDefault(name), typical);
            if (_inputs.Count == 0) throw Faults.Invalid("instances", null, $"no instance has one of the inputs {string.Join(", ", known.Keys)} of explanation_spec.metadata");
            return;
        }
        // A row without names is the value of the only input.
        if (known.Count > 1) throw Faults.Invalid("instances", null, "instances are objects where explanation_spec.metadata names several inputs");
        Add(known.Count == 1 ? known.Keys.First() : Whole, null, instance, known.Count == 1 ? known.Values.First() : null, typical);
    }

    /// <summary>Features, groups counting as one.</summary>
    public int Players { get; private set; }

    /// <summary>Baselines, over which attributions are averaged.</summary>
    public int Baselines => Math.Max(1, _inputs.Max(i => i.Baselines.Count));

    /// <summary>The instance with some features at their own values and the rest at a baseline.</summary>
    public Value With(bool[] coalition, int baseline)
    {
        if (_inputs is [{ Key: null } only]) return Mix(only, coalition, baseline);
        var mixed = _instance.Clone();
        foreach (var input in _inputs) mixed.StructValue.Fields[input.Key!] = Mix(input, coalition, baseline);
        return mixed;
    }

    /// <summary>Attributions in the shape of the inputs.</summary>
    public Value Attributions(IReadOnlyList<double> values)
    {
        var result = new Struct();
        foreach (var input in _inputs.Where(i => i.Group is null)) result.Fields[input.Name] = Shown(input, values);
        foreach (var (group, player) in _groups) result.Fields[group] = Value.ForNumber(values[player]);
        return Value.ForStruct(result);
    }

    private static string Key(string name, MapField<string, InputMetadata> known) => known.TryGetValue(name, out var input) && input.InputTensorName.Length > 0 ? input.InputTensorName : name;

    private void Add(string name, string? key, Value value, InputMetadata? metadata, Func<string, Value?> typical)
    {
        var group = metadata?.GroupName is { Length: > 0 } given ? given : null;
        var first = Players;
        if (group is null) Players += Leaves(value);
        else if (!_groups.TryGetValue(group, out first)) _groups[group] = first = Players++;
        List<Value> baselines = metadata is { InputBaselines.Count: > 0 } ? [.. metadata.InputBaselines] : [typical(name) ?? Zero(value)];
        foreach (var baseline in baselines)
            if (Scalar(value) != Scalar(baseline) && Scalar(value)) throw Faults.Invalid($"explanation_spec.metadata.inputs[{name}].input_baselines", baseline.ToString(), "a scalar, as the input is");
        _inputs.Add(new Input(name, key, value, baselines, first, group, metadata is { IndexFeatureMapping.Count: > 0 } ? [.. metadata.IndexFeatureMapping] : null));
    }

    private static Value Mix(Input input, bool[] coalition, int baseline)
    {
        var player = input.First;
        return Mix(input.Value, input.Baselines[baseline % input.Baselines.Count], input.Group is not null, coalition, ref player, input.Name);
    }

    private static Value Mix(Value value, Value baseline, bool together, bool[] coalition, ref int player, string name)
    {
        if (value.KindCase == Kind.ListValue)
        {
            var list = new ListValue();
            for (var i = 0; i < value.ListValue.Values.Count; i++) list.Values.Add(Mix(value.ListValue.Values[i], Part(baseline, i, name), together, coalition, ref player, name));
            return new Value { ListValue = list };
        }
        if (value.KindCase == Kind.StructValue)
        {
            var fields = new Struct();
            foreach (var (key, part) in value.StructValue.Fields)
                fields.Fields[key] = Mix(part, baseline.KindCase == Kind.StructValue && baseline.StructValue.Fields.TryGetValue(key, out var own) ? own : Scalar(baseline) ? baseline : Zero(part), together, coalition, ref player, name);
            return Value.ForStruct(fields);
        }
        return coalition[together ? player : player++] ? value : baseline;
    }

    // A scalar baseline stands for every element.
    private static Value Part(Value baseline, int at, string name)
    {
        if (baseline.KindCase != Kind.ListValue) return baseline;
        return at < baseline.ListValue.Values.Count ? baseline.ListValue.Values[at] : throw Faults.Invalid($"explanation_spec.metadata.inputs[{name}].input_baselines", $"{baseline.ListValue.Values.Count} values", "the shape of the input, or a scalar for all of it");
    }

    private static Value Shown(Input input, IReadOnlyList<double> values)
    {
        var player = input.First;
        if (input.Names is not { } names || input.Value.KindCase != Kind.ListValue) return Shown(input.Value, values, ref player);
        var named = new Struct();
        for (var i = 0; i < input.Value.ListValue.Values.Count; i++) named.Fields[i < names.Count ? names[i] : $"{i}"] = Value.ForNumber(values[player++]);
        return Value.ForStruct(named);
    }

    private static Value Shown(Value value, IReadOnlyList<double> values, ref int player)
    {
        if (value.KindCase == Kind.ListValue)
        {
            var list = new ListValue();
            foreach (var item in value.ListValue.Values) list.Values.Add(Shown(item, values, ref player));
            return new Value { ListValue = list };
        }
        if (value.KindCase != Kind.StructValue) return Value.ForNumber(values[player++]);
        var fields = new Struct();
        foreach (var (key, part) in value.StructValue.Fields) fields.Fields[key] = Shown(part, values, ref player);
        return Value.ForStruct(fields);
    }

    private static int Leaves(Value value) => value.KindCase switch
    {
        Kind.ListValue => value.ListValue.Values.Sum(Leaves),
        Kind.StructValue => value.StructValue.Fields.Values.Sum(Leaves),
        _ => 1,
    };

    private static bool Scalar(Value value) => value.KindCase is not (Kind.ListValue or Kind.StructValue);

    /// <summary>Nothing of the kind: 0, an empty text, false.</summary>
    private static Value Zero(Value value) => value.KindCase switch
    {
        Kind.StringValue => Value.ForString(""),
        Kind.BoolValue => Value.ForBool(false),
        _ => Value.ForNumber(0),
    };

    private sealed record Input(string Name, string? Key, Value Value, IReadOnlyList<Value> Baselines, int First, string? Group, IReadOnlyList<string>? Names);
}
