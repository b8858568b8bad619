using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>How a container is shown: with its latest and its next version.</summary>
internal sealed class AssetContainerKind(string type, ArmStore store) : IArmKind
{
    public string Type => type;

    public async Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var shown = resource.Show();
        var (latest, next) = AssetVersions.Of(await store.ChildrenAsync(resource.Path, "versions", ct).ConfigureAwait(false));
        var properties = (JsonObject)shown["properties"]!;
        properties["latestVersion"] = latest;
        properties["nextVersion"] = next;
        properties["provisioningState"] = "Succeeded";
        return new ArmView(shown);
    }
}

/// <summary>How a version is shown.</summary>
internal sealed class AssetVersionKind(string containerType) : IArmKind
{
    public string Type => containerType + "/versions";

    public Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var shown = resource.Show();
        shown["properties"]!["provisioningState"] = "Succeeded";
        return Task.FromResult(new ArmView(shown));
    }
}
