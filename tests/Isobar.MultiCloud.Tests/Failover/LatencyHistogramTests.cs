using Isobar.MultiCloud.Failover;

namespace Isobar.MultiCloud.Tests.Failover;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(999)]
    [InlineData(123_456)]
    [InlineData(3_000_000_000)]
    public void ValueOf_BucketOfAnyLatency_IsWithinSixPercent(double microseconds) =>
        Assert.InRange(LatencyHistogram.ValueOf(LatencyHistogram.BucketOf(microseconds)), microseconds / 1.07, microseconds * 1.07);

    [Fact]
    public void BucketOf_GrowingLatencies_NeverFalls()
    {
        var buckets = Enumerable.Range(0, 100_000).Select(i => LatencyHistogram.BucketOf(i)).ToList();
        Assert.Equal(buckets.Order(), buckets);
    }

    [Fact]
    public void Quantile_OfWhatCameSince_LeavesOutWhatCameBefore()
    {
        var histogram = new LatencyHistogram();
        for (var i = 0; i < 1000; i++) histogram.Add(1_000_000);
        var before = histogram.Snapshot();
        for (var i = 1; i <= 100; i++) histogram.Add(i * 100);
        Assert.InRange(LatencyHistogram.Quantile(histogram.Since(before), 0.95)!.Value, 9000, 10_000);
        Assert.Null(LatencyHistogram.Quantile(histogram.Since(histogram.Snapshot()), 0.5));
    }
}
