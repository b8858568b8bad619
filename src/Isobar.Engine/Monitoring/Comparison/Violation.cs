namespace Isobar.Engine.Monitoring.Comparison;

/// <summary>Which constraint was violated.</summary>
public enum CheckType
{
    /// <summary>Values are not of the baseline's type.</summary>
    DataType,
    /// <summary>Too many values are missing.</summary>
    Completeness,
    /// <summary>The distribution has moved away from the baseline's.</summary>
    BaselineDrift,
    /// <summary>A column of the baseline is not there.</summary>
    MissingColumn,
    /// <summary>A column is not in the baseline.</summary>
    ExtraColumn,
    /// <summary>Too many values are not among the known categories.</summary>
    CategoricalValues,
    /// <summary>Numbers are below 0 where the baseline has none.</summary>
    Range,
    /// <summary>A quality metric fell below its threshold.</summary>
    BelowThreshold,
    /// <summary>A quality metric rose above its threshold.</summary>
    AboveThreshold,
}

/// <summary>A violated constraint.</summary>
/// <param name="Subject">The feature, or the quality metric.</param>
/// <param name="Description">A sentence with the values.</param>
public sealed record Violation(string Subject, CheckType Check, string Description);

/// <summary>How far a feature has moved away from its baseline.</summary>
/// <param name="Distance">The distance by the constraint's method, which is held against the threshold.</param>
/// <param name="KolmogorovSmirnov">The largest distance between the cumulative distributions; null for texts.</param>
/// <param name="PopulationStability">The population stability index over the baseline's deciles or categories.</param>
/// <param name="JensenShannon">The Jensen-Shannon distance (base 2, from 0 to 1) over the same bins.</param>
public sealed record FeatureDrift(string Name, double Distance, double? KolmogorovSmirnov, double PopulationStability, double JensenShannon);
