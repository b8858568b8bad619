namespace Isobar.MultiCloud.Placement;

/// <summary>A machine that may be had somewhere.</summary>
/// <param name="Cloud">The cloud's name.</param>
/// <param name="Region">Its region.</param>
/// <param name="Sku">The machine type.</param>
/// <param name="HourPrice">US dollars for an hour, on demand.</param>
/// <param name="SpotPrice">US dollars for an interruptible hour; null: not known, or not sold.</param>
public sealed record Offer(string Cloud, string Region, string Sku, double Vcpu, double MemoryGib, decimal HourPrice, decimal? SpotPrice = null)
{
    /// <summary>What it may be used for alone, such as <c>training</c>; null: for anything.</summary>
    public string? Use { get; init; }
    /// <summary>The accelerator by name; null: none.</summary>
    public string? Accelerator { get; init; }
    /// <summary>How many of it.</summary>
    public int Accelerators { get; init; }
    /// <summary>How fast it works beside the machine that hours are stated for.</summary>
    public double Speed { get; init; } = 1;
    /// <summary>Interruptions of spot capacity in an hour, on average.</summary>
    public double InterruptionsPerHour { get; init; } = 0.05;
}

/// <summary>What is known of a region beside its prices.</summary>
/// <param name="Areas">The areas and countries that it lies in, such as <c>eu</c> and <c>de</c>.</param>
/// <param name="CarbonPerKwh">Grams of CO₂ for a kilowatt-hour of its grid; null: not known.</param>
public sealed record RegionFacts(string Cloud, string Region, IReadOnlyList<string> Areas, double? CarbonPerKwh = null, double? Latitude = null, double? Longitude = null);

/// <summary>The price of data that leaves.</summary>
/// <param name="WithinCloud">US dollars a gigabyte to another region of the same cloud.</param>
/// <param name="Internet">US dollars a gigabyte to anywhere else.</param>
public sealed record EgressPrice(string Cloud, decimal WithinCloud, decimal Internet);

/// <summary>A limit of an account.</summary>
/// <param name="Region">Where; null: in all regions together.</param>
/// <param name="Accelerator">Of which accelerators; null: of processors.</param>
/// <param name="Limit">How many at once.</param>
public sealed record Quota(string Cloud, string? Region, string? Accelerator, int Limit);
