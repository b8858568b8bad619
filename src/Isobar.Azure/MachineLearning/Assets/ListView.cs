using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>What a listing shows of what was archived, and by tags.</summary>
internal static class ListView
{
    public static bool Shows(ArmCall call, ArmResource resource)
    {
        var archived = (bool?)resource.Properties["isArchived"] ?? false;
        return (call.Query("listViewType") ?? "ActiveOnly") switch
        {
            var v when v.Equals("All", StringComparison.OrdinalIgnoreCase) => true,
            var v when v.Equals("ArchivedOnly", StringComparison.OrdinalIgnoreCase) => archived,
            var v when v.Equals("ActiveOnly", StringComparison.OrdinalIgnoreCase) => !archived,
            var other => throw ArmFault.Invalid("listViewType", other, "must be one of ActiveOnly, ArchivedOnly, All"),
        };
    }

    /// <summary>Whether a resource has <c>name=value</c>, or the name alone.</summary>
    public static bool HasTag(ArmResource resource, string tag)
    {
        var at = tag.IndexOf('=');
        var value = resource.Properties["tags"]?[at < 0 ? tag : tag[..at]] ?? resource.Body["tags"]?[at < 0 ? tag : tag[..at]];
        return value is not null && (at < 0 || value.ToString() == tag[(at + 1)..]);
    }
}
