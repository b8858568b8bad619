namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>Suggests constraints that the data of a baseline keeps.</summary>
public static class Baseline
{
    /// <summary>A text column with more different values, or with more than a fifth of its rows different, is free text and no category.</summary>
    public const int MaxCategories = 100;

    /// <summary>Constraints that hold for this data.</summary>
    public static DataConstraints Suggest(DatasetStatistics statistics) => new()
    {
        Features = [.. statistics.Features.Select(f => new FeatureConstraints
        {
            Name = f.Name,
            Type = f.Type,
            Completeness = f.Completeness,
            NonNegative = f.Numbers is { Min: >= 0 },
            Domain = f.Categories is { Count: <= MaxCategories } categories && categories.Count <= Math.Max(10, f.Present / 5) ? [.. categories.Select(c => c.Value)] : null,
        })],
    };
}
