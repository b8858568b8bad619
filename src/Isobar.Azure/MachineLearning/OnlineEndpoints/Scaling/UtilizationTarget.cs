using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.Scaling;

/// <summary>What keeps a deployment's instances as busy as is wanted.</summary>
/// <param name="Share">How much of what the instances can do at once they are to do, from 0 to 1.</param>
/// <param name="Every">How often that is looked at.</param>
internal sealed record UtilizationTarget(int Min, int Max, double Share, TimeSpan Every)
{
    private const string Field = "properties.scaleSettings";
    private const int Most = 50, DefaultPercentage = 70;

    /// <summary>Reads and completes <c>scaleSettings</c>; null where the number of instances is the deployment's own.</summary>
    public static UtilizationTarget? Read(JsonObject properties)
    {
        if (properties.Object("scaleSettings", "properties") is not { } settings) return null;
        if (settings.OneOf("scaleType", Field, "Default", "TargetUtilization") == "Default") return null;
        var (least, most) = (settings.Whole("minInstances", Field, 1, Most) ?? 1, settings.Whole("maxInstances", Field, 1, Most) ?? 1);
        if (least > most) throw ArmFault.Invalid(Field + ".minInstances", $"{least}", $"must not be above maxInstances, which is {most}");
        var percentage = settings.Whole("targetUtilizationPercentage", Field, 1, 100) ?? DefaultPercentage;
        var every = settings.Duration("pollingInterval", Field) ?? TimeSpan.FromSeconds(1);
        if (every < TimeSpan.FromSeconds(1)) throw ArmFault.Invalid(Field + ".pollingInterval", settings.Text("pollingInterval", Field), "must be at least PT1S");
        (settings["minInstances"], settings["maxInstances"], settings["targetUtilizationPercentage"], settings["pollingInterval"]) = (least, most, percentage, System.Xml.XmlConvert.ToString(every));
        return new UtilizationTarget(least, most, percentage / 100.0, every);
    }

    /// <summary>
    /// How many instances there should be. Utilization is the time that requests took, over the time that all instances could give. What is too busy grows
    /// by the last half minute at once; what is idle shrinks by the busiest of the last five minutes, so that a pause does not send anyone away.
    /// </summary>
    /// <param name="busy">The mean number of requests under way: in the last half minute, and the most in any half minute of the last five minutes.</param>
    public int Desired(int current, int requestsAtOnce, (double Now, double Most) busy)
    {
        var (needed, kept) = (Needed(busy.Now), Needed(busy.Most));
        return Math.Clamp(needed > current ? needed : Math.Min(current, kept), Min, Max);

        int Needed(double requests) => (int)Math.Min(Most, Math.Ceiling(requests / (requestsAtOnce * Share) - 1e-9));
    }
}
