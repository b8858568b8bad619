namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>What the values of a feature are, seen together.</summary>
public enum FeatureType
{
    /// <summary>No value is present.</summary>
    Unknown,
    /// <summary>Whole numbers.</summary>
    Integral,
    /// <summary>Numbers.</summary>
    Fractional,
    /// <summary>Texts.</summary>
    String,
}

/// <summary>A data set in numbers.</summary>
public sealed record DatasetStatistics(long Rows, IReadOnlyList<FeatureStatistics> Features)
{
    /// <summary>Finds a feature by name.</summary>
    public FeatureStatistics? Find(string name) => Features.FirstOrDefault(f => f.Name == name);
}

/// <summary>A feature in numbers.</summary>
public sealed record FeatureStatistics
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }
    /// <summary>What most of its values are.</summary>
    public required FeatureType Type { get; init; }
    /// <summary>Cells with a value.</summary>
    public required long Present { get; init; }
    /// <summary>Cells without.</summary>
    public required long Missing { get; init; }
    /// <summary>Present cells that are whole numbers.</summary>
    public long IntegralCount { get; init; }
    /// <summary>Present cells that are other numbers.</summary>
    public long FractionalCount { get; init; }
    /// <summary>Different values (exact up to <see cref="Profiler.MaxDistinct"/>, which it never exceeds).</summary>
    public long Distinct { get; init; }
    /// <summary>For numbers.</summary>
    public NumberStatistics? Numbers { get; init; }
    /// <summary>For texts: values by count, the most frequent first.</summary>
    public IReadOnlyList<(string Value, long Count)>? Categories { get; init; }

    /// <summary>Share of cells with a value, from 0 to 1.</summary>
    public double Completeness => Present + Missing == 0 ? 0 : (double)Present / (Present + Missing);
}

/// <summary>The numbers of a feature.</summary>
public sealed record NumberStatistics(double Mean, double Sum, double StdDev, double Min, double Max, QuantileSketch Sketch);
