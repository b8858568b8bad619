using Isobar.Server.Dashboard.Map;

namespace Isobar.Dashboard.Tests.Map;

public sealed class PinLayoutTests
{
    /// <summary>Twelve regions, most of them in two crowds; two at the very same place.</summary>
    private static readonly (double Latitude, double Longitude)[] Crowded =
        [(38.9, -77.5), (38.9, -77.5), (40, -83), (37.4, -79.8), (53.3, -6.3), (51.5, -0.1), (50.1, 8.7), (52.4, 4.9), (50.5, 3.8), (59.3, 18.1), (35.7, 139.7), (-33.9, 151.2)];

    [Theory]
    [InlineData(200, 30)]
    [InlineData(262, 40)]
    [InlineData(124, 88)]
    public void Place_TwelveCloudsInTwoCrowds_CoversNoLabelAndLeavesNothingOutside(double width, double height)
    {
        var labels = PinLayout.Place([.. Crowded.Select(p => WorldProjection.Place(p.Latitude, p.Longitude))], width, height);
        Assert.Equal(Crowded.Length, labels.Count);
        for (var i = 0; i < labels.Count; i++)
        {
            Assert.InRange(labels[i].X, width / 2, WorldProjection.Width - width / 2);
            Assert.InRange(labels[i].Y, height / 2, WorldProjection.Height - height / 2);
            for (var j = 0; j < i; j++) Assert.False(Math.Abs(labels[i].X - labels[j].X) < width && Math.Abs(labels[i].Y - labels[j].Y) < height, $"{i} lies on {j}");
        }
    }

    [Fact]
    public void Place_MoreThanThereIsRoomFor_StillPlacesEach() =>
        Assert.Equal(60, PinLayout.Place([.. Enumerable.Repeat(WorldProjection.Place(50, 8), 60)], 216, 46).Count);

    [Theory]
    [InlineData(80, -180, 0, 0)]
    [InlineData(-56, 180, 1000, 466)]
    [InlineData(0, 0, 500, 291.6)]
    public void Place_OfACornerOrTheMiddle_LiesInTheFrameOfTheDrawing(double latitude, double longitude, double x, double y)
    {
        var at = WorldProjection.Place(latitude, longitude);
        Assert.Equal(x, at.X, 0.5);
        Assert.Equal(y, at.Y, 0.5);
    }
}
