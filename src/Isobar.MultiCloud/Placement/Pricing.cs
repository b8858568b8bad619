namespace Isobar.MultiCloud.Placement;

/// <summary>What a choice costs, in whole millionths of a US dollar, so that the sum is exact whoever adds it up.</summary>
internal sealed class Pricing(PlacementProblem problem)
{
    private const decimal Million = 1_000_000m;
    /// <summary>A processor under load and its share of the machine around it, in kilowatts; an accelerator in the same way.</summary>
    private const double KilowattsPerVcpu = 0.005, KilowattsPerAccelerator = 0.3;
    private readonly Wishes _wishes = new(problem);
    private readonly Dictionary<string, EgressPrice> _egress = problem.Egress.GroupBy(e => e.Cloud).ToDictionary(g => g.Key, g => g.First());

    /// <summary>The money that a task costs on an offer.</summary>
    public static long Money(PlacementTask task, Offer offer, bool spot)
    {
        var hours = task.Hours / offer.Speed;
        // An interruption repeats what was done since the last checkpoint.
        if (spot) hours *= 1 + offer.InterruptionsPerHour * task.ReworkHours;
        return Micros((spot ? offer.SpotPrice!.Value : offer.HourPrice) * (decimal)hours);
    }

    /// <summary>Whether the spot price is to be had and worth it.</summary>
    public static bool PrefersSpot(PlacementTask task, Offer offer) => task.Spot && offer.SpotPrice is { } spot && spot < offer.HourPrice && Money(task, offer, true) < Money(task, offer, false);

    /// <summary>What the task's carbon is worth there. A grid that is not known counts as none: it must not win by silence, so it is given the worst of those that are known.</summary>
    public long Carbon(PlacementTask task, Offer offer)
    {
        if (problem.CarbonPrice == 0) return 0;
        var grams = _wishes.Facts(offer)?.CarbonPerKwh ?? problem.Regions.Max(r => r.CarbonPerKwh) ?? 0;
        var kilowatts = offer.Vcpu * KilowattsPerVcpu + offer.Accelerators * KilowattsPerAccelerator;
        return Micros(problem.CarbonPrice * (decimal)(kilowatts * task.Hours / offer.Speed * grams / 1000));
    }

    /// <summary>Moving data out of a region: to another one of the same cloud, and what anywhere else costs more than that.</summary>
    public (long WithinCloud, long BeyondMore) Leaving(string cloud, double gigabytes)
    {
        if (!_egress.TryGetValue(cloud, out var price)) return (0, 0);
        var within = Micros(price.WithinCloud * (decimal)gigabytes);
        return (within, Math.Max(0, Micros(price.Internet * (decimal)gigabytes) - within));
    }

    /// <summary>Moving data from one place to another.</summary>
    public long Transfer((string Cloud, string Region) from, (string Cloud, string Region) to, double gigabytes)
    {
        if (from == to) return 0;
        var (within, more) = Leaving(from.Cloud, gigabytes);
        return from.Cloud == to.Cloud ? within : within + more;
    }

    public static decimal Dollars(long micros) => micros / Million;

    private static long Micros(decimal dollars) => (long)Math.Round(dollars * Million, MidpointRounding.AwayFromZero);
}
