using Isobar.Server.Gateway.Catalog;

namespace Isobar.Server.Dashboard.Live;

/// <summary>How a service's traffic was shared out of late; by the definition's weights while nobody asks.</summary>
internal static class Shares
{
    private const int Window = 30;

    /// <summary>Whether anything was asked of late: without, the shares are those of the weights.</summary>
    public static bool Any(LiveService service, TrafficHistory traffic) => Asked(service, traffic).Sum() > 0;

    public static IReadOnlyList<(string Name, double Percent, string Colour)> Of(LiveService service, TrafficHistory traffic)
    {
        var backends = service.Route.Backends;
        var asked = Asked(service, traffic);
        var parts = asked.Sum() > 0 ? asked : [.. backends.Select((b, i) => i == service.Route.Shadow ? 0 : i == service.Route.Canary ? 0 : b.Definition.Weight)];
        var sum = parts.Sum();
        return [.. backends.Select((b, i) => (b.Definition.Name, sum > 0 ? 100 * parts[i] / sum : 0, Words.Colour(b.Definition.Name, i)))];
    }

    private static double[] Asked(LiveService service, TrafficHistory traffic) => [.. service.Route.Backends.Select(b => (double)traffic.SecondsOf(service.Route.Name, b.Definition.Name).TakeLast(Window).Sum(p => p.Requests))];
}
