using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Shares of an endpoint's requests by deployment, in percent.</summary>
/// <param name="Live">Which deployment answers.</param>
/// <param name="Mirror">Which deployment receives copies.</param>
internal sealed record EndpointTraffic(IReadOnlyDictionary<string, int> Live, IReadOnlyDictionary<string, int> Mirror)
{
    private const int MostMirrored = 50;

    public static EndpointTraffic Read(JsonObject properties) => new(Read(properties, "traffic"), Read(properties, "mirrorTraffic"));

    /// <summary>Refuses shares that name no deployment or do not add up.</summary>
    public void Check(IReadOnlyCollection<string> deployments)
    {
        foreach (var (field, shares) in new[] { ("properties.traffic", Live), ("properties.mirrorTraffic", Mirror) })
            if (shares.Keys.FirstOrDefault(n => !deployments.Contains(n, StringComparer.OrdinalIgnoreCase)) is { } unknown)
                throw ArmFault.Invalid($"{field}.{unknown}", unknown, $"names no deployment of this endpoint; there are {(deployments.Count == 0 ? "none" : string.Join(", ", deployments))}");
        if (Live.Values.Sum() is not (0 or 100) and var sum) throw ArmFault.Invalid("properties.traffic", sum.ToString(System.Globalization.CultureInfo.InvariantCulture), "the shares must add up to 100, or be all 0");
        if (Mirror.Values.Sum() is > MostMirrored and var mirrored) throw ArmFault.Invalid("properties.mirrorTraffic", mirrored.ToString(System.Globalization.CultureInfo.InvariantCulture), $"at most {MostMirrored} percent are mirrored");
        if (Mirror.FirstOrDefault(m => m.Value > 0 && Live.GetValueOrDefault(m.Key) > 0).Key is { } both) throw ArmFault.Invalid($"properties.mirrorTraffic.{both}", both, "a deployment with live traffic cannot receive copies too");
    }

    private static Dictionary<string, int> Read(JsonObject properties, string name)
    {
        var shares = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        if (properties.Object(name, "properties") is not { } map) return shares;
        foreach (var (deployment, _) in map) shares[deployment] = map.Whole(deployment, $"properties.{name}", 0, 100) ?? 0;
        return shares;
    }
}
