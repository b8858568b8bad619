namespace Isobar.Azure.Resources;

/// <summary>Names of regions: <c>East US</c> and <c>eastus</c> are one.</summary>
internal static class Locations
{
    public static string Canonical(string location)
    {
        var name = location.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return name.Length is > 0 and <= 40 && name.All(char.IsAsciiLetterOrDigit)
            ? name
            : throw new Protocols.Arm.ArmFault(400, "LocationNotAvailableForResourceType", $"'{location}' is not the name of a region, such as eastus or westeurope.", "location");
    }
}
