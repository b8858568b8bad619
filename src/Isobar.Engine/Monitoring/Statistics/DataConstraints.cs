namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>How the distributions of numbers are compared.</summary>
public enum DriftMethod
{
    /// <summary>The largest distance between the distributions, less what chance explains for samples of these sizes.</summary>
    Robust,
    /// <summary>The largest distance between the distributions.</summary>
    Simple,
    /// <summary>For numbers the Jensen-Shannon divergence (base 2), for categories the largest difference of a share.</summary>
    Divergence,
}

/// <summary>What a data set must be like.</summary>
public sealed record DataConstraints
{
    /// <summary>One entry a feature.</summary>
    public required IReadOnlyList<FeatureConstraints> Features { get; init; }
    /// <summary>Share of values that must be of the feature's type.</summary>
    public double TypeThreshold { get; init; } = 1;
    /// <summary>Share of values that must be known categories.</summary>
    public double DomainThreshold { get; init; } = 1;
    /// <summary>Whether constraints are evaluated at all.</summary>
    public bool Evaluate { get; init; } = true;
    /// <summary>Whether metrics are recorded.</summary>
    public bool EmitMetrics { get; init; } = true;
    /// <summary>Whether distributions are compared.</summary>
    public bool CompareDistributions { get; init; } = true;
    /// <summary>Whether nothing else is compared: neither types nor ranges nor which columns there are.</summary>
    public bool DriftOnly { get; init; }
    /// <summary>How numbers are compared.</summary>
    public DriftMethod Method { get; init; } = DriftMethod.Robust;
    /// <summary>The largest distance allowed for numbers.</summary>
    public double NumberDriftThreshold { get; init; } = 0.1;
    /// <summary>The largest distance allowed for categories.</summary>
    public double CategoryDriftThreshold { get; init; } = 0.1;
}

/// <summary>What a feature must be like.</summary>
public sealed record FeatureConstraints
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }
    /// <summary>The type of its values.</summary>
    public required FeatureType Type { get; init; }
    /// <summary>Share of cells that must have a value.</summary>
    public required double Completeness { get; init; }
    /// <summary>Whether numbers must be 0 or more.</summary>
    public bool NonNegative { get; init; }
    /// <summary>The values allowed; null: any.</summary>
    public IReadOnlyList<string>? Domain { get; init; }
    /// <summary>A threshold of its own for drift; null: the data set's.</summary>
    public double? DriftThreshold { get; init; }
}
