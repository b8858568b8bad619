using System.Globalization;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Resources;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>The inputs of a training task, by field in either spelling. No field is passed over: each is read, or refused by its name.</summary>
internal sealed class TaskInputs
{
    public const string Field = "training_pipeline.training_task_inputs";
    // Google's own least is 1000; less is taken here, since a search of seconds is of use on one's own machine.
    private const long MaxBudget = 800_000;
    private const double SecondsOfMilliNodeHour = 3.6;
    /// <summary>An entry of additionalExperiments that bounds the search by candidates rather than by time.</summary>
    private const string MaxCandidates = "isobar-max-candidates=";
    private readonly Value _inputs;

    /// <param name="inputs">An object; nothing at all is an empty one.</param>
    /// <param name="read">The fields that the task reads, in camel case.</param>
    /// <param name="refused">Those that it knows and does not do.</param>
    public TaskInputs(Value? inputs, ReadOnlySpan<string> read, ReadOnlySpan<string> refused)
    {
        _inputs = inputs ?? Value.ForStruct(new());
        if (_inputs.KindCase != Kind.StructValue) throw Faults.Invalid(Field, _inputs.ToString(), "an object");
        foreach (var (name, value) in _inputs.StructValue.Fields)
        {
            var camel = Camel(name);
            if (read.Contains(camel) || value.KindCase == Kind.NullValue || IsDefault(value)) continue;
            if (refused.Contains(camel)) throw Faults.Unimplemented($"{Field}.{name} is not supported here.");
            throw Faults.Invalid($"{Field}.{name}", value.ToString(), $"the task's fields are {string.Join(", ", read.ToArray().Concat(refused.ToArray()))}");
        }
    }

    public Value? Get(string camel) => DatasetStore.Field(_inputs, camel, Snake(camel));

    public string? Text(string camel) => Get(camel) switch { null => null, { KindCase: Kind.StringValue } text => text.StringValue.Length > 0 ? text.StringValue : null, var other => throw Faults.Invalid($"{Field}.{camel}", other.ToString(), "a text") };

    public string Required(string camel) => Text(camel) ?? throw Faults.Required($"{Field}.{camel}");

    public bool Flag(string camel) => Get(camel) switch { null => false, { KindCase: Kind.BoolValue } flag => flag.BoolValue, var other => throw Faults.Invalid($"{Field}.{camel}", other.ToString(), "true or false") };

    public IReadOnlyList<Value> List(string camel) => Get(camel) switch { null => [], { KindCase: Kind.ListValue } list => list.ListValue.Values, var other => throw Faults.Invalid($"{Field}.{camel}", other.ToString(), "a list") };

    public IReadOnlyList<string> Texts(string camel) => [.. List(camel).Select(v => v.KindCase == Kind.StringValue ? v.StringValue : throw Faults.Invalid($"{Field}.{camel}", v.ToString(), "a list of texts"))];

    /// <summary>A whole number, which Google's JSON may write as a text.</summary>
    public long? Whole(string camel) => Get(camel) is { } value ? Number(value, camel) : null;

    /// <summary>A budget in milli node hours as time; null where none is given.</summary>
    public TimeSpan? Budget(string camel) => Whole(camel) switch
    {
        null => null,
        >= 1 and <= MaxBudget and var milli => TimeSpan.FromSeconds(milli * SecondsOfMilliNodeHour),
        var other => throw Faults.Invalid($"{Field}.{camel}", other.Value.ToString(CultureInfo.InvariantCulture), $"1 to {MaxBudget}"),
    };

    /// <summary>How many candidates the caller wants. Google's own experiments are none of ours; which there are is not told.</summary>
    public string? Candidates()
    {
        if (Texts("additionalExperiments").FirstOrDefault(v => v.StartsWith(MaxCandidates, StringComparison.Ordinal))?[MaxCandidates.Length..] is not { } text) return null;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1000 ? text : throw Faults.Invalid(Field + ".additionalExperiments", MaxCandidates + text, "1 to 1000 candidates");
    }

    public static long Number(Value value, string camel) => value switch
    {
        { KindCase: Kind.NumberValue } number when number.NumberValue == Math.Floor(number.NumberValue) => (long)number.NumberValue,
        { KindCase: Kind.StringValue } text when long.TryParse(text.StringValue, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Faults.Invalid($"{Field}.{camel}", value.ToString(), "a whole number"),
    };

    // What is at its default asks for nothing.
    private static bool IsDefault(Value value) => value switch
    {
        { KindCase: Kind.BoolValue } flag => !flag.BoolValue,
        { KindCase: Kind.StringValue } text => text.StringValue.Length == 0,
        { KindCase: Kind.ListValue } list => list.ListValue.Values.Count == 0,
        { KindCase: Kind.StructValue } fields => fields.StructValue.Fields.Count == 0,
        { KindCase: Kind.NumberValue } number => number.NumberValue == 0,
        _ => true,
    };

    private static string Camel(string name)
    {
        var parts = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? name : parts[0] + string.Concat(parts.Skip(1).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
    }

    private static string Snake(string camel) => string.Concat(camel.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));
}
