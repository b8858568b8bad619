namespace Isobar.Server.Dashboard.Map;

/// <summary>
/// Finds room for the labels of a map's places: each as near to its place as it can lie without covering another label or another place. It depends on where the
/// places lie alone, so that nothing moves while states change.
/// </summary>
internal static class PinLayout
{
    private const int Angles = 24, Rings = 40;
    private const double Gap = 3, Dot = 7;

    /// <summary>The middle of each label, in the order of the places.</summary>
    /// <param name="places">Where the places lie.</param>
    /// <param name="width">Of a label, in the map's units.</param>
    /// <param name="height">Of a label.</param>
    public static IReadOnlyList<MapPoint> Place(IReadOnlyList<MapPoint> places, double width, double height)
    {
        var laid = new List<MapPoint>();
        foreach (var place in places)
        {
            MapPoint? best = null;
            foreach (var tried in Around(place, width, height))
            {
                if (!IsInside(tried, width, height) || laid.Exists(l => Touch(l, tried, width, height))) continue;
                // Room that covers a place is better than none.
                best ??= tried;
                if (places.Any(p => Covers(tried, p, width, height))) continue;
                best = tried;
                break;
            }
            // A map with more clouds than it has room for: labels lie on one another, and the list below still has all of them.
            laid.Add(best ?? new(Math.Clamp(place.X, width / 2, WorldProjection.Width - width / 2), Math.Clamp(place.Y, height / 2, WorldProjection.Height - height / 2)));
        }
        return laid;
    }

    // Beside it first, then on ever wider rings.
    private static IEnumerable<MapPoint> Around(MapPoint place, double width, double height)
    {
        for (var ring = 0; ring < Rings; ring++)
        {
            var (across, down) = (width / 2 + Dot + Gap + ring * 6, height / 2 + Dot + Gap + ring * 6);
            for (var i = 0; i < Angles; i++)
            {
                var angle = 2 * Math.PI * i / Angles;
                yield return new(place.X + across * Math.Cos(angle), place.Y + down * Math.Sin(angle));
            }
        }
    }

    private static bool IsInside(MapPoint middle, double width, double height) =>
        middle.X >= width / 2 && middle.X <= WorldProjection.Width - width / 2 && middle.Y >= height / 2 && middle.Y <= WorldProjection.Height - height / 2;

    private static bool Touch(MapPoint a, MapPoint b, double width, double height) => Math.Abs(a.X - b.X) < width + Gap && Math.Abs(a.Y - b.Y) < height + Gap;

    private static bool Covers(MapPoint middle, MapPoint place, double width, double height) => Math.Abs(middle.X - place.X) < width / 2 + Dot && Math.Abs(middle.Y - place.Y) < height / 2 + Dot;
}
