namespace Isobar.MultiCloud.Placement;

/// <summary>The published prices, of the clouds that there are.</summary>
public interface IPriceTable
{
    /// <summary>The machines that a use (<c>training</c>, <c>hosting</c>, <c>batch</c>) may have, each under the name and in the region of a cloud of this server.</summary>
    IReadOnlyList<Offer> Offers(string use);
    /// <summary>What is known of the regions.</summary>
    IReadOnlyList<RegionFacts> Regions { get; }
    /// <summary>The price of data that leaves.</summary>
    IReadOnlyList<EgressPrice> Egress { get; }
    /// <summary>What clouds ask of who commits himself.</summary>
    IReadOnlyList<Commitment> Commitments => [];
}

/// <summary>A promise to use something for years.</summary>
/// <param name="Term">Such as <c>1-year</c>.</param>
/// <param name="Share">What is paid of the price on demand.</param>
public sealed record Commitment(string Cloud, string Term, decimal Share);
