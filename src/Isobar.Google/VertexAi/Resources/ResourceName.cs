using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Isobar.Google.VertexAi.Resources;

/// <summary><c>projects/P/locations/L/collection/id</c>.</summary>
internal sealed partial record ResourceName(string Project, string Location, string Collection, string Id)
{
    public string Parent => $"projects/{Project}/locations/{Location}";

    public override string ToString() => $"{Parent}/{Collection}/{Id}";

    /// <summary>Its name in the engine, where all clouds' resources live side by side.</summary>
    public string Engine => "gcp/" + this;

    /// <summary>Reads a name of one collection.</summary>
    public static ResourceName Parse(string name, string collection, string field = "name")
    {
        var parts = name.Split('/');
        return parts is ["projects", var project, "locations", var location, var kind, { Length: > 0 and <= 128 } id] && kind == collection && Part().IsMatch(project) && Part().IsMatch(location)
            ? new ResourceName(project, location, collection, id)
            : throw Faults.Invalid(field, name, $"must look like projects/PROJECT/locations/LOCATION/{collection}/ID");
    }

    /// <summary>Reads a parent and gives a new name below it, with the caller's id or a number as Google makes them.</summary>
    public static ResourceName New(string parent, string collection, string id = "", string idField = "id")
    {
        var parts = parent.Split('/');
        if (parts is not ["projects", var project, "locations", var location] || !Part().IsMatch(project) || !Part().IsMatch(location)) throw Faults.Invalid("parent", parent, "must look like projects/PROJECT/locations/LOCATION");
        if (id.Length > 0 && !Custom().IsMatch(id)) throw Faults.Invalid(idField, id, "up to 63 of a-z, 0-9 and hyphen, a letter or digit at its ends, or a number");
        return new ResourceName(project, location, collection, id.Length > 0 ? id : NewId());
    }

    /// <summary>A number of 18 digits.</summary>
    public static string NewId() => (100_000_000_000_000_000 + RandomLong(900_000_000_000_000_000)).ToString(CultureInfo.InvariantCulture);

    private static long RandomLong(long below) => (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) % (ulong)below);

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,128}$")]
    private static partial Regex Part();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Custom();
}
