using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Registries;
using Isobar.Azure.MachineLearning.Workspaces;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>A version that is about to be kept.</summary>
internal sealed record AssetDraft(MlWorkspace Workspace, string Name, string Version, JsonObject Properties, CancellationToken Ct);

/// <summary>A type of asset: a container of versions.</summary>
internal abstract class AssetType
{
    /// <summary>In paths, such as <c>models</c>.</summary>
    public abstract string Plural { get; }

    /// <summary>In the names of operations, such as <c>Model</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>What the support table says of a version's creation.</summary>
    public virtual string? Note => null;

    /// <summary>The properties of a version that stay as they were made; an asset is what others point at.</summary>
    public abstract IReadOnlyList<string> Fixed { get; }

    /// <summary>The types of its containers: in a workspace, and in a registry.</summary>
    public IReadOnlyList<string> ContainerTypes => [Ml.TypeOf(Plural), $"{RegistryNames.Type}/{Plural}"];

    /// <summary>Refuses what is not as documented, and adds the defaults.</summary>
    public abstract Task CheckAsync(AssetDraft draft);
}
