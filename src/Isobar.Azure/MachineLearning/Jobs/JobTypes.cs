using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>The types of job that are built.</summary>
internal sealed class JobTypes(IEnumerable<IJobType> types)
{
    private static readonly string[] Documented = ["AutoML", "Command", "Labeling", "Pipeline", "Spark", "Sweep", "FineTuning"];
    /// <summary>Among a job's secrets: what runs it, where its jobType does not tell.</summary>
    public const string RunBy = "runBy";

    private readonly Dictionary<string, IJobType> _types = types.ToDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);

    public IJobType Of(JsonObject properties)
    {
        var name = properties.RequiredText("jobType", "properties");
        RefuseAbsent(properties);
        if (_types.TryGetValue(name, out var type) && type is not IStartedJobType) return type;
        throw Documented.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? ArmFault.Unsupported($"Jobs of type {name} are not supported here; {string.Join(", ", _types.Values.Where(t => t is not IStartedJobType).Select(t => t.Name))} are.", "properties.jobType")
            : ArmFault.Invalid("properties.jobType", name, $"must be one of {string.Join(", ", Documented)}");
    }

    // What any job may ask for and none gets: applications to look inside, mail, options of a container.
    private static void RefuseAbsent(JsonObject properties)
    {
        foreach (var (service, given) in properties.Object("services", "properties") ?? [])
            if (given is JsonObject it && it.Text("jobServiceType", $"properties.services.{service}") is { } kind && kind is not ("Tracking" or "Studio"))
                throw ArmFault.Unsupported($"properties.services.{service}.jobServiceType is {kind}: there are no applications beside a job.", $"properties.services.{service}.jobServiceType");
        if (properties.Object("notificationSetting", "properties")?["emailOn"] is JsonArray { Count: > 0 }) throw ArmFault.Unsupported("properties.notificationSetting.emailOn: nobody is sent mail.", "properties.notificationSetting.emailOn");
        if (properties.Object("resources", "properties")?.Text("dockerArgs", "properties.resources") is { Length: > 0 }) throw ArmFault.Unsupported("properties.resources.dockerArgs: jobs run without a container.", "properties.resources.dockerArgs");
    }

    public IJobType Of(ArmResource job) => _types[(string?)job.Secrets?[RunBy] ?? (string)job.Properties["jobType"]!];
}
