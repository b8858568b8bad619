using Isobar.Server.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Server.Tests.Cluster;

public sealed class OutageTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Goes_TriedEachSecond_IsToldAtOnceAndThenSeldom()
    {
        var outage = new Outage(_time);
        var told = new List<int>();
        for (var second = 0; second < 600; second++)
        {
            if (outage.Goes()) told.Add(second);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([0, 60, 180, 420], told);
    }

    [Fact]
    public void Ends_AfterAnOutage_TellsHowLongAndBeginsAnew()
    {
        var outage = new Outage(_time);
        Assert.Null(outage.Ends());
        Assert.True(outage.Goes());
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), outage.Ends());
        Assert.Null(outage.Ends());
        Assert.True(outage.Goes());
    }
}
