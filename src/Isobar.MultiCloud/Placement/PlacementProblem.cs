namespace Isobar.MultiCloud.Placement;

/// <summary>Something that must run somewhere.</summary>
/// <param name="Name">Unique in the problem.</param>
/// <param name="Hours">How long, on a machine of speed 1.</param>
public sealed record PlacementTask(string Name, double Hours)
{
    /// <summary>What the machine is used for; null: offers for any use will do.</summary>
    public string? Use { get; init; }
    /// <summary>Processors at least.</summary>
    public double Vcpu { get; init; }
    /// <summary>GiB of memory at least.</summary>
    public double MemoryGib { get; init; }
    /// <summary>The accelerator; null: none is needed.</summary>
    public string? Accelerator { get; init; }
    /// <summary>How many accelerators at least.</summary>
    public int Accelerators { get; init; }
    /// <summary>How many machines it takes of a quota; its hours are those of all of them together.</summary>
    public int Machines { get; init; } = 1;
    /// <summary>Whether interruptible capacity may be used.</summary>
    public bool Spot { get; init; }
    /// <summary>Hours of work that an interruption costs: since the last checkpoint, on average.</summary>
    public double ReworkHours { get; init; } = 0.25;
    /// <summary>The clouds that may run it; null: any.</summary>
    public IReadOnlyList<string>? Clouds { get; init; }
    /// <summary>The regions that may run it; null: any.</summary>
    public IReadOnlyList<string>? Regions { get; init; }
    /// <summary>Areas that it may not leave; null: any.</summary>
    public IReadOnlyList<string>? Residency { get; init; }
    /// <summary>The most that a machine may cost in an hour.</summary>
    public decimal? MaxHourPrice { get; init; }
    /// <summary>The longest that it may take on the machine chosen, in hours.</summary>
    public double? MaxHours { get; init; }
    /// <summary>The longest way to those who ask, in milliseconds there and back.</summary>
    public double? MaxLatencyMs { get; init; }
    /// <summary>Where they who ask are, in degrees; with <see cref="MaxLatencyMs"/>.</summary>
    public (double Latitude, double Longitude)? Users { get; init; }
}

/// <summary>Data that moves from one task to another.</summary>
public sealed record PlacementEdge(string From, string To, double Gigabytes);

/// <summary>Data that lies somewhere already and is needed by a task.</summary>
public sealed record DataSource(string Cloud, string Region, string To, double Gigabytes);

/// <summary>What is to be placed, what there is, and what matters beside money.</summary>
public sealed record PlacementProblem(IReadOnlyList<PlacementTask> Tasks, IReadOnlyList<Offer> Offers)
{
    /// <summary>Data between tasks.</summary>
    public IReadOnlyList<PlacementEdge> Edges { get; init; } = [];
    /// <summary>Data that is somewhere already.</summary>
    public IReadOnlyList<DataSource> Sources { get; init; } = [];
    /// <summary>What is known of regions.</summary>
    public IReadOnlyList<RegionFacts> Regions { get; init; } = [];
    /// <summary>The price of data that leaves; a cloud without one charges nothing.</summary>
    public IReadOnlyList<EgressPrice> Egress { get; init; } = [];
    /// <summary>Limits of accounts; all tasks may run at once.</summary>
    public IReadOnlyList<Quota> Quotas { get; init; } = [];
    /// <summary>Clouds that may not be used now, as they failed of late.</summary>
    public IReadOnlyList<string> BlockedClouds { get; init; } = [];
    /// <summary>The most that everything may cost.</summary>
    public decimal? MaxCost { get; init; }
    /// <summary>US dollars that a kilogram of CO₂ is worth; 0: it does not matter.</summary>
    public decimal CarbonPrice { get; init; }
}

/// <summary>Where a task goes.</summary>
/// <param name="Cost">US dollars that it is expected to cost, interruptions counted in.</param>
/// <param name="Why">A sentence for a person.</param>
public sealed record Placed(string Task, Offer Offer, bool Spot, decimal Cost, string Why);

/// <summary>Offers that a wish ruled out.</summary>
public sealed record Refused(string Task, string Wish, int Offers);

/// <summary>An answer.</summary>
/// <param name="Transfer">US dollars that moving data costs; part of <paramref name="Total"/>.</param>
/// <param name="Objective">What was made least, in millionths of a US dollar: the total and what carbon is worth.</param>
public sealed record PlacementPlan(IReadOnlyList<Placed> Tasks, decimal Total, decimal Transfer, long Objective, IReadOnlyList<Refused> Refusals);
