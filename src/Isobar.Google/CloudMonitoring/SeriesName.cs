using System.Globalization;
using Isobar.Engine.Metrics;

namespace Isobar.Google.CloudMonitoring;

/// <summary>A time series as Cloud Monitoring tells it from others: a metric with labels, of a resource with labels.</summary>
/// <param name="Start">Where a cumulative series begins, which a reset moves; null for other kinds.</param>
internal sealed record SeriesName(string Project, string MetricType, IReadOnlyDictionary<string, string> MetricLabels, string ResourceType, IReadOnlyDictionary<string, string> ResourceLabels, DateTimeOffset? Start = null)
{
    public const string Realm = "gcp";
    private const string MetricPrefix = "m.", ResourcePrefix = "r.", StartName = "start";

    /// <summary>Its name in the engine, which knows one set of dimensions.</summary>
    public MetricId Id => MetricId.Of(Realm, $"{Project}/{ResourceType}", MetricType,
    [
        .. MetricLabels.Select(l => KeyValuePair.Create(MetricPrefix + l.Key, l.Value)),
        .. ResourceLabels.Select(l => KeyValuePair.Create(ResourcePrefix + l.Key, l.Value)),
        .. Start is { } start ? [KeyValuePair.Create(StartName, start.UtcTicks.ToString(CultureInfo.InvariantCulture))] : Array.Empty<KeyValuePair<string, string>>(),
    ]);

    /// <summary>Reads an engine's name; null where it is another service's.</summary>
    public static SeriesName? Of(MetricId id)
    {
        if (id.Namespace.Split('/', 2) is not [var project, var resource]) return null;
        var all = id.Parse();
        return new SeriesName(project, id.Name, Labels(all, MetricPrefix), resource, Labels(all, ResourcePrefix),
            all.TryGetValue(StartName, out var ticks) && long.TryParse(ticks, CultureInfo.InvariantCulture, out var start) ? new DateTimeOffset(start, TimeSpan.Zero) : null);
    }

    /// <summary>A field by its path, as filters and groupings name it.</summary>
    public string? Field(string path) => path switch
    {
        "metric.type" => MetricType,
        "resource.type" => ResourceType,
        "project" => Project,
        _ when Label(path, "metric.label") is { } label => MetricLabels.GetValueOrDefault(label),
        _ when Label(path, "resource.label") is { } label => ResourceLabels.GetValueOrDefault(label),
        _ => null,
    };

    /// <summary>The label that a path names, written <c>resource.label.x</c> or <c>resource.labels.x</c>.</summary>
    public static string? Label(string path, string kind) =>
        path.StartsWith(kind + ".", StringComparison.Ordinal) ? path[(kind.Length + 1)..] : path.StartsWith(kind + "s.", StringComparison.Ordinal) ? path[(kind.Length + 2)..] : null;

    private static Dictionary<string, string> Labels(IReadOnlyDictionary<string, string> all, string prefix) =>
        all.Where(l => l.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(l => l.Key[prefix.Length..], l => l.Value);
}
