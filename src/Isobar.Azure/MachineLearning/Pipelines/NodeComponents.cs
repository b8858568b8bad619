using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>What nodes are made of: a registered component by its id, or one that stands in the node itself.</summary>
internal sealed class NodeComponents(ArmStore store)
{
    /// <summary>The component of a node, with what the node itself says laid over it.</summary>
    public async Task<JsonObject> ReadAsync(MlWorkspace workspace, JsonObject node, string field, CancellationToken ct)
    {
        var reference = node["componentId"] ?? node["component"] ?? node["trial"];
        var component = reference switch
        {
            null => [],
            JsonObject inline => (JsonObject)(inline["properties"]?["componentSpec"] ?? inline["componentSpec"] ?? inline).DeepClone(),
            _ => await RegisteredAsync(workspace, Expressions.Text(reference), field + (node["componentId"] is null ? ".component" : ".componentId"), ct).ConfigureAwait(false),
        };
        foreach (var name in new[] { "command", "jobs" })
            if (node[name] is { } own) component[name] = own.DeepClone();
        if ((node["codeId"] ?? node["code"] ?? component["codeId"] ?? component["code"]) is { } code) component["code"] = Id(code);
        if ((node["environmentId"] ?? node["environment"] ?? component["environmentId"] ?? component["environment"]) is { } environment) component["environment"] = environment is JsonObject ? environment.DeepClone() : Id(environment);
        return component;
    }

    private async Task<JsonObject> RegisteredAsync(MlWorkspace workspace, string text, string field, CancellationToken ct)
    {
        var id = text.StartsWith("azureml:", StringComparison.Ordinal) ? text["azureml:".Length..] : text;
        ArmResource? found = null;
        if (ArmId.TryParse(id) is { } full) found = await store.FindAsync(full, ct).ConfigureAwait(false);
        else
        {
            var at = id.IndexOfAny([':', '@']);
            var name = at < 0 ? id : id[..at];
            var version = at < 0 || id[(at + 1)..] == "latest" ? AssetVersions.Of(await store.ChildrenAsync(workspace.Id.Child("components", name), "versions", ct).ConfigureAwait(false)).Latest : id[(at + 1)..];
            if (version is not null) found = await store.FindAsync(workspace.Id.Child("components", name).Child("versions", version), ct).ConfigureAwait(false);
        }
        return found?.Properties["componentSpec"]?.DeepClone() as JsonObject ?? throw ArmFault.Invalid(field, text, "names no component of this workspace; give its id, or azureml:NAME:VERSION");
    }

    private static string Id(JsonNode node) => Expressions.Text(node) is var text && text.StartsWith("azureml:/", StringComparison.Ordinal) ? text["azureml:".Length..] : text;
}
