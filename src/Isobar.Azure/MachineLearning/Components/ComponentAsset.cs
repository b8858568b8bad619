using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Components;

/// <summary>Components: what the steps of a pipeline are made of.</summary>
internal sealed class ComponentAsset : AssetType
{
    public override string Plural => "components";
    public override string Noun => "Component";
    public override IReadOnlyList<string> Fixed { get; } = ["componentSpec"];

    public override Task CheckAsync(AssetDraft draft)
    {
        var spec = draft.Properties.RequiredObject("componentSpec", "properties");
        const string Path = "properties.componentSpec";
        if (spec.RequiredText("type", Path) == "command") spec.RequiredText("command", Path);
        foreach (var section in new[] { "inputs", "outputs" })
        {
            if (spec.Object(section, Path) is not { } ports) continue;
            foreach (var (name, port) in ports)
                (port as JsonObject ?? throw ArmFault.Invalid($"{Path}.{section}.{name}", port?.ToJsonString(), "must be an object with a type")).RequiredText("type", $"{Path}.{section}.{name}");
        }
        spec["name"] ??= draft.Name;
        spec["version"] ??= draft.Version;
        return Task.CompletedTask;
    }
}
