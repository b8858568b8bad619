using System.Globalization;
using Isobar.Engine.Algorithms;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>One algorithm of SageMaker: its documentation as data, and its translation to the engine.</summary>
internal abstract class AlgorithmDefinition
{
    public required SageMakerAlgorithm Algorithm { get; init; }
    /// <summary>Names of its image repositories, and of the algorithm where it is asked for by name.</summary>
    public required IReadOnlyList<string> Repositories { get; init; }
    public abstract ParameterWords Words { get; }
    public abstract IReadOnlyList<DocumentedParameter> Parameters { get; }
    /// <summary>The engine's format of a channel's declared content type; null: not taken.</summary>
    public abstract ChannelFormat? Format(string? contentType);
    /// <summary>What Format takes, for the refusal.</summary>
    public abstract string Accepted { get; }
    /// <summary>The channels that it reads.</summary>
    public virtual IReadOnlyList<string> Channels => ["train", "validation", "test"];
    /// <summary>Faults that show only in several values together.</summary>
    public virtual IEnumerable<string> CrossCheck(ParameterValues values) => [];
    /// <summary>The request; called only when nothing is at fault. Layout and folders are set by the caller's format.</summary>
    public abstract TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices);

    /// <summary>Where a row's parts stand in a channel besides train; null: where they do in train.</summary>
    public virtual DataLayout? LayoutOf(string channel, ChannelFormat format, ChannelFormat train, ParameterValues values) => format == train ? null : Map(values, format, []).Layout;
}

/// <summary>How a channel is written.</summary>
/// <param name="LabelSize">Columns of a CSV before the features: 0 or 1.</param>
internal sealed record ChannelFormat(DataFormat Format, int LabelSize = 1);

/// <summary>The user's values with the documentation's defaults.</summary>
internal sealed class ParameterValues(IReadOnlyDictionary<string, string> given)
{
    public IReadOnlyDictionary<string, string> Given { get; } = given;
    public bool Has(string name) => Given.ContainsKey(name);
    public string Word(string name, string fallback) => Given.GetValueOrDefault(name, fallback);
    public double Number(string name, double fallback) => double.TryParse(Given.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : fallback;
    public int Whole(string name, int fallback) => (int)Math.Clamp(Number(name, fallback), int.MinValue, int.MaxValue);
    /// <summary>A number as the engine reads it.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
