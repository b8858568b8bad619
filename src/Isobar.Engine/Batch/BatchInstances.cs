namespace Isobar.Engine.Batch;

/// <summary>How records are written that go to the model as instances.</summary>
public enum InstanceFormat
{
    /// <summary>A JSON value a line.</summary>
    JsonLines,
    /// <summary>CSV with a header, which is passed over; a row becomes an array, or an object where that is asked for, numbers as numbers.</summary>
    CsvWithHeader,
}

/// <summary>What an instance is to be.</summary>
public enum InstanceKind
{
    /// <summary>What the record is.</summary>
    AsGiven,
    /// <summary>An object.</summary>
    Object,
    /// <summary>An array of the values.</summary>
    Array,
}

/// <summary>Records go to the model as <c>{"instances": [...], "parameters": ...}</c> and come out as <c>{"instance": ..., "prediction": ...}</c>, with the <c>explanation</c> of those that have one, a line each, as Vertex AI's batch predictions do.</summary>
/// <param name="Format">How records are written.</param>
/// <param name="Parameters">JSON that goes with every request; null for none.</param>
public sealed record BatchInstances(InstanceFormat Format, string? Parameters = null)
{
    /// <summary>What the model sees.</summary>
    public InstanceKind Kind { get; init; }
    /// <summary>The field that the model does not see and that stands as <c>key</c> in the output, in the place of the instance; null: none.</summary>
    public string? Key { get; init; }
    /// <summary>The fields that the model sees, in their order; empty: all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];
    /// <summary>Fields that the model does not see; the output shows them.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
