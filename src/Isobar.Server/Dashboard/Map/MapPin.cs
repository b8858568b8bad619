using System.Globalization;

namespace Isobar.Server.Dashboard.Map;

/// <summary>A cloud on the map.</summary>
/// <param name="Name">The cloud.</param>
/// <param name="Kind">Whose it is, which gives the colour.</param>
/// <param name="Health"><c>healthy</c>, <c>degraded</c> or <c>unreachable</c>.</param>
/// <param name="Number">Its number in the list of clouds, from 1: the label where the map is narrow.</param>
/// <param name="At">Where its region lies; null: it lies nowhere, or nobody told where.</param>
/// <param name="Percent">Its share of what the gateway sent to clouds of late; null while nothing is sent.</param>
/// <param name="Where">Where it runs, in words.</param>
public sealed record MapPin(int Number, string Name, string Kind, string Health, MapPoint? At, double? Percent, string Where)
{
    /// <summary>The id of its card, which its label leads to.</summary>
    public string Id => $"cloud-{Name}";

    /// <summary>Its share as its label has it; null while nothing is sent.</summary>
    public string? Share => Percent is { } share ? share is > 0 and < 0.5 ? "<1 %" : share.ToString("0 '%'", CultureInfo.InvariantCulture) : null;

    /// <summary>The whole of it in words, which begin as its label does: whoever speaks to the page says what stands there.</summary>
    public string Told => $"{Name}{(Share is null ? "" : $" {Share} of the traffic")}, {Where}: {Health}";
}
