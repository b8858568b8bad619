using System.Text.Json.Serialization;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Quality;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring.Reports;

/// <summary><c>statistics.json</c> of this machine: the engine's own statistics, whole, so that nothing is lost between runs.</summary>
internal sealed record StoredStatistics(long Rows, IReadOnlyList<StoredFeature> Features)
{
    public static StoredStatistics Of(DatasetStatistics data) => new(data.Rows, [.. data.Features.Select(StoredFeature.Of)]);

    public DatasetStatistics Restore() => new(Rows, [.. Features.Select(f => f.Restore())]);
}

/// <summary>A feature's statistics as they are stored; a sketch by its levels, categories by count.</summary>
internal sealed record StoredFeature(string Name, FeatureType Type, long Present, long Missing, long IntegralCount, long FractionalCount, long Distinct)
{
    public StoredNumbers? Numbers { get; init; }
    public IReadOnlyList<StoredCategory>? Categories { get; init; }

    public static StoredFeature Of(FeatureStatistics feature) => new(feature.Name, feature.Type, feature.Present, feature.Missing, feature.IntegralCount, feature.FractionalCount, feature.Distinct)
    {
        Numbers = feature.Numbers is { } n ? new StoredNumbers(n.Mean, n.Sum, n.StdDev, n.Min, n.Max, n.Sketch.Levels) : null,
        Categories = feature.Categories is { } c ? [.. c.Select(v => new StoredCategory(v.Value, v.Count))] : null,
    };

    public FeatureStatistics Restore() => new()
    {
        Name = Name, Type = Type, Present = Present, Missing = Missing, IntegralCount = IntegralCount, FractionalCount = FractionalCount, Distinct = Distinct,
        Numbers = Numbers is { } n ? new NumberStatistics(n.Mean, n.Sum, n.StdDev, n.Min, n.Max, new QuantileSketch(n.Sketch)) : null,
        Categories = Categories?.Select(c => (c.Value, c.Count)).ToList(),
    };
}

/// <summary>The numbers of a feature; a value on level n of the sketch counts 2^n.</summary>
internal sealed record StoredNumbers(double Mean, double Sum, double StdDev, double Min, double Max, IReadOnlyList<IReadOnlyList<double>> Sketch);

/// <summary>How often a text came.</summary>
internal sealed record StoredCategory(string Value, long Count);

/// <summary><c>violations.json</c> of this machine.</summary>
internal sealed record StoredViolations(IReadOnlyList<Violation> Violations);

/// <summary>Contracts of the files of baselines and reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(StoredStatistics))]
[JsonSerializable(typeof(StoredViolations))]
[JsonSerializable(typeof(DataConstraints))]
[JsonSerializable(typeof(QualityReport))]
[JsonSerializable(typeof(IReadOnlyList<QualityConstraint>))]
internal sealed partial class ReportsJson : JsonSerializerContext;
