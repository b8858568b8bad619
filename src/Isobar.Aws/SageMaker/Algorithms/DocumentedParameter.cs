using System.Globalization;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>A hyperparameter as SageMaker's documentation describes it.</summary>
internal sealed record DocumentedParameter(string Name, ParameterKind Kind)
{
    public double Min { get; init; } = double.NegativeInfinity;
    public double Max { get; init; } = double.PositiveInfinity;
    public bool MinOpen { get; init; }
    public bool MaxOpen { get; init; }
    public IReadOnlyList<string> Words { get; init; } = [];
    public bool IsRequired { get; init; }
    /// <summary>Words that stand for a number, such as <c>auto</c>.</summary>
    public IReadOnlyList<string> Instead { get; init; } = [];
    /// <summary>Why it has no effect here, for the job's log; null where it has one.</summary>
    public string? Idle { get; init; }

    public static DocumentedParameter Whole(string name, double min = double.NegativeInfinity, double max = double.PositiveInfinity) => new(name, ParameterKind.Integer) { Min = min, Max = max };
    public static DocumentedParameter Number(string name, double min = double.NegativeInfinity, double max = double.PositiveInfinity) => new(name, ParameterKind.Continuous) { Min = min, Max = max };
    public static DocumentedParameter Word(string name, params string[] words) => new(name, ParameterKind.Word) { Words = words };
    public static DocumentedParameter List(string name, params string[] words) => new(name, ParameterKind.WordList) { Words = words };
    public static DocumentedParameter Free(string name) => new(name, ParameterKind.Free);

    public DocumentedParameter Required() => this with { IsRequired = true };
    public DocumentedParameter OrAuto(params string[] more) => this with { Instead = ["auto", .. more] };
    public DocumentedParameter WithoutEffect(string why) => this with { Idle = why };

    /// <summary>Whether the text can be read as this kind at all.</summary>
    public bool Parses(string value) => Instead.Contains(value) || Kind switch
    {
        ParameterKind.Integer => long.TryParse(value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        ParameterKind.Continuous => double.TryParse(value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number),
        _ => true,
    };

    /// <summary>Whether a text that parses is allowed.</summary>
    public bool Allows(string value)
    {
        if (Instead.Contains(value)) return true;
        switch (Kind)
        {
            case ParameterKind.Word: return Words.Contains(value);
            case ParameterKind.WordList: return Words.Count == 0 || value.Split(',').All(w => Words.Contains(w.Trim()));
            case ParameterKind.Free: return true;
        }
        var number = double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return (MinOpen ? number > Min : number >= Min) && (MaxOpen ? number < Max : number <= Max);
    }

    /// <summary>The interval in the notation of the containers' messages.</summary>
    public string Interval => string.Create(CultureInfo.InvariantCulture,
        $"{(double.IsInfinity(Min) ? "(-inf" : (MinOpen ? "(" : "[") + Text(Min))}, {(double.IsInfinity(Max) ? "+inf)" : Text(Max) + (MaxOpen ? ")" : "]"))}");

    public string WordsText => "[" + string.Join(", ", Words.Select(w => $"'{w}'")) + "]";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

internal enum ParameterKind
{
    Integer,
    Continuous,
    Word,
    WordList,
    Free,
}
