using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Names of metrics.</summary>
internal static class Metrics
{
    private static readonly string[] Channels = ["train", "validation", "test"];

    /// <summary>Definitions as DescribeTrainingJob lists them: the engine writes <c>channel:metric=value</c> into the log.</summary>
    public static IReadOnlyList<MetricDefinition> Of(IEnumerable<string> names, params string[] channels) =>
        [.. from c in channels.Length == 0 ? Channels : channels from n in names select new MetricDefinition($"{c}:{n}", $@"{c}:{n}=(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)")];

    /// <summary>The engine's names to the container's, for every channel.</summary>
    public static IReadOnlyDictionary<string, string> Rename(params (string Engine, string Container)[] names) =>
        (from c in Channels from n in names select (Key: $"{c}:{n.Engine}", Value: $"{c}:{n.Container}")).ToDictionary(p => p.Key, p => p.Value);
}
