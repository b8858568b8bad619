namespace Isobar.Server.Dashboard.Map;

/// <summary>A place on the overview's map, in units of its drawing.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
public readonly record struct MapPoint(double X, double Y);

/// <summary>
/// Miller's cylindrical projection, in the frame that <c>tools/map/land.py</c> draws the land in: Europe, where regions stand close together, gets more room than on
/// an even grid, and the poles, where none lie, are cut off.
/// </summary>
internal static class WorldProjection
{
    public const double Width = 1000, Height = 466;
    private const double North = 80, Scale = Width / (2 * Math.PI);
    private static readonly double Top = Miller(North);

    public static MapPoint Place(double latitude, double longitude) => new((Radians(longitude) + Math.PI) * Scale, (Top - Miller(latitude)) * Scale);

    private static double Miller(double latitude) => 1.25 * Math.Log(Math.Tan(Math.PI / 4 + 0.4 * Radians(latitude)));

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
