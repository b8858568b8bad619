using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms;

/// <summary>A hyperparameter of the catalogue.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Default">The default as text.</param>
/// <param name="Doc">What it does.</param>
public sealed record HyperParameter(string Name, string Default, string Doc)
{
    /// <summary>Smallest value of a number; null: it is no number.</summary>
    public double? Min { get; init; }
    /// <summary>Largest value of a number.</summary>
    public double? Max { get; init; }
    /// <summary>Whether only whole numbers are allowed.</summary>
    public bool Whole { get; init; }
    /// <summary>The allowed words; null: it is no choice.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    internal static HyperParameter Int(string name, int value, int min, int max, string doc) => new(name, value.ToString(CultureInfo.InvariantCulture), doc) { Min = min, Max = max, Whole = true };
    internal static HyperParameter Float(string name, double value, double min, double max, string doc) => new(name, value.ToString(CultureInfo.InvariantCulture), doc) { Min = min, Max = max };
    internal static HyperParameter Choice(string name, string doc, params string[] choices) => new(name, choices[0], doc) { Choices = choices };
}

/// <summary>Checked values of a fit.</summary>
internal sealed class HyperParameterValues
{
    private readonly Dictionary<string, string> _values;

    private HyperParameterValues(Dictionary<string, string> values) => _values = values;

    public IReadOnlyDictionary<string, string> All => _values;

    public string this[string name] => _values[name];
    public int Int(string name) => (int)Float(name);
    public double Float(string name) => double.Parse(_values[name], NumberStyles.Float, CultureInfo.InvariantCulture);
    public bool Flag(string name) => _values[name] == "true";

    /// <summary>Fills in defaults and names every fault there is.</summary>
    public static Result<HyperParameterValues> Check(IReadOnlyList<HyperParameter> known, IReadOnlyDictionary<string, string> given)
    {
        var faults = new List<Fault>();
        foreach (var name in given.Keys.Where(n => known.All(k => k.Name != n)))
            faults.Add(new Fault(name, given[name], $"is not a hyperparameter of this algorithm; those are {string.Join(", ", known.Select(k => k.Name))}"));
        var values = new Dictionary<string, string>();
        foreach (var parameter in known)
        {
            var value = given.GetValueOrDefault(parameter.Name) ?? parameter.Default;
            if (Wrong(parameter, value) is { } message) faults.Add(new Fault(parameter.Name, value, message));
            values[parameter.Name] = value;
        }
        return faults.Count == 0
            ? new HyperParameterValues(values)
            : new Error(ErrorCode.InvalidArgument, string.Join("; ", faults.Select(f => $"{f.Field}: '{f.Value}' {f.Message}"))) { Faults = faults };
    }

    private static string? Wrong(HyperParameter parameter, string value)
    {
        if (parameter.Choices is { } choices) return choices.Contains(value) ? null : $"must be one of {string.Join(", ", choices)}";
        if (parameter.Min is not { } min) return null;
        var kind = parameter.Whole ? "a whole number" : "a number";
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= parameter.Max && (!parameter.Whole || number == Math.Floor(number))
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be {kind} from {min} to {parameter.Max}");
    }
}
