using System.Text.RegularExpressions;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.MetadataStores;

/// <summary><c>projects/P/locations/L/metadataStores/S/kind/id</c>.</summary>
internal sealed partial record MetadataName(ResourceName Store, string Kind, string Id)
{
    public override string ToString() => $"{Store}/{Kind}/{Id}";

    public static ResourceName ParseStore(string name, string field = "name") => ResourceName.Parse(name, MetadataTables.Stores, field);

    public static MetadataName Parse(string name, string kind, string field = "name")
    {
        var at = name.IndexOf($"/{kind}/", StringComparison.Ordinal);
        if (at < 0 || !Ids().IsMatch(name[(at + kind.Length + 2)..])) throw Faults.Invalid(field, name, $"must look like projects/PROJECT/locations/LOCATION/metadataStores/STORE/{kind}/ID");
        return new MetadataName(ParseStore(name[..at], field), kind, name[(at + kind.Length + 2)..]);
    }

    /// <summary>A new name below a store, with the caller's id or one of our own.</summary>
    public static MetadataName New(string parent, string kind, string id, string idField)
    {
        if (id.Length > 0 && !Ids().IsMatch(id)) throw Faults.Invalid(idField, id, "up to 128 letters, digits, hyphens and underscores");
        return new MetadataName(ParseStore(parent, "parent"), kind, id.Length > 0 ? id : ResourceName.NewId());
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}$")]
    private static partial Regex Ids();
}
