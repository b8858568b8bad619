namespace Isobar.MultiCloud.Placement;

/// <summary>Latency as the distance allows it: light in fibre takes 1 ms for 200 km, and cables are about half as long again as the shortest way.</summary>
internal static class Distance
{
    private const double EarthKm = 6371;
    private const double KmPerMs = 200;
    private const double Detour = 1.5;

    /// <summary>There and back; where the region lies is not known, it is out of reach.</summary>
    public static double LatencyMs(RegionFacts? region, (double Latitude, double Longitude) users)
    {
        if (region is not { Latitude: { } latitude, Longitude: { } longitude }) return double.PositiveInfinity;
        var (a, b) = (Radians(latitude), Radians(users.Latitude));
        var h = Math.Pow(Math.Sin((a - b) / 2), 2) + Math.Cos(a) * Math.Cos(b) * Math.Pow(Math.Sin(Radians(longitude - users.Longitude) / 2), 2);
        return 2 * EarthKm * Math.Asin(Math.Min(1, Math.Sqrt(h))) * Detour * 2 / KmPerMs;
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
