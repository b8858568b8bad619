using Grpc.Core;
using Isobar.Google.CloudMonitoring;
using Aligner = Isobar.Google.CloudMonitoring.V3.Aggregation.Types.Aligner;
using Kind = Google.Api.MetricDescriptor.Types.MetricKind;
using Reducer = Isobar.Google.CloudMonitoring.V3.Aggregation.Types.Reducer;
using ValueType = Google.Api.MetricDescriptor.Types.ValueType;

namespace Isobar.Google.Tests.CloudMonitoring;

public sealed class AligningTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Two values in the first minute, none in the second, one in the third.
    private static readonly Sample[] Gauge = [At(0, 2), At(30, 4), At(130, 9)];

    [Theory]
    [InlineData(nameof(Aligner.AlignMean), new[] { 3.0, 9 })]
    [InlineData(nameof(Aligner.AlignSum), new[] { 6.0, 9 })]
    [InlineData(nameof(Aligner.AlignMin), new[] { 2.0, 9 })]
    [InlineData(nameof(Aligner.AlignMax), new[] { 4.0, 9 })]
    [InlineData(nameof(Aligner.AlignCount), new[] { 2.0, 1 })]
    [InlineData(nameof(Aligner.AlignNextOlder), new[] { 4.0, 9 })]
    [InlineData(nameof(Aligner.AlignStddev), new[] { 1.0, 0 })]
    [InlineData(nameof(Aligner.AlignPercentile50), new[] { 2.0, 9 })]
    [InlineData(nameof(Aligner.AlignPercentile99), new[] { 4.0, 9 })]
    public void Align_Gauge_GivesOneValueAPeriodThatHasAny(string aligner, double[] expected)
    {
        var cells = Aligning.Align(Gauge, Enum.Parse<Aligner>(aligner), Kind.Gauge, ValueType.Double, Start, Start + 3 * Minute, Minute);
        Assert.Equal(expected, cells.Select(c => c.Number));
        Assert.Equal([Start + Minute, Start + 3 * Minute], cells.Select(c => c.End));
    }

    [Fact]
    public void Align_UnevenInterval_CountsPeriodsFromItsEnd()
    {
        var cells = Aligning.Align(Gauge, Aligner.AlignSum, Kind.Gauge, ValueType.Double, Start, Start + TimeSpan.FromSeconds(150), Minute);
        Assert.Equal([Start + TimeSpan.FromSeconds(30), Start + TimeSpan.FromSeconds(90), Start + TimeSpan.FromSeconds(150)], cells.Select(c => c.End));
    }

    [Fact]
    public void Align_CumulativeDelta_TellsTheGrowthSinceTheLastValue()
    {
        Sample[] grown = [At(0, 10), At(30, 14), At(70, 20)];
        Assert.Equal([4, 6], Aligning.Align(grown, Aligner.AlignDelta, Kind.Cumulative, ValueType.Double, Start, Start + 2 * Minute, Minute).Select(c => c.Number));
        Assert.Equal([4 / 60.0, 6 / 60.0], Aligning.Align(grown, Aligner.AlignRate, Kind.Cumulative, ValueType.Double, Start, Start + 2 * Minute, Minute).Select(c => c.Number));
    }

    [Fact]
    public void Align_FirstCumulativeValue_TellsNothing() =>
        Assert.Empty(Aligning.Align([At(0, 10)], Aligner.AlignDelta, Kind.Cumulative, ValueType.Double, Start, Start + Minute, Minute));

    [Theory]
    [InlineData(nameof(Aligner.AlignDelta), Kind.Gauge)]
    [InlineData(nameof(Aligner.AlignRate), Kind.Gauge)]
    [InlineData(nameof(Aligner.AlignSum), Kind.Cumulative)]
    public void Align_WhatHasNoMeaning_IsRefused(string aligner, Kind kind) => Assert.Equal(StatusCode.InvalidArgument,
        Assert.Throws<RpcException>(() => Aligning.Align(Gauge, Enum.Parse<Aligner>(aligner), kind, ValueType.Double, Start, Start + Minute, Minute)).StatusCode);

    [Fact]
    public void Align_UnknownAligner_IsUnimplemented() => Assert.Equal(StatusCode.Unimplemented,
        Assert.Throws<RpcException>(() => Aligning.Align(Gauge, Aligner.AlignInterpolate, Kind.Gauge, ValueType.Double, Start, Start + Minute, Minute)).StatusCode);

    [Theory]
    [InlineData(nameof(Reducer.ReduceSum), 16)]
    [InlineData(nameof(Reducer.ReduceMean), 4)]
    [InlineData(nameof(Reducer.ReduceMin), 1)]
    [InlineData(nameof(Reducer.ReduceMax), 8)]
    [InlineData(nameof(Reducer.ReduceCount), 4)]
    [InlineData(nameof(Reducer.ReducePercentile50), 2)]
    [InlineData(nameof(Reducer.ReducePercentile99), 8)]
    public void Reduce_SeriesOfOnePeriod_GivesOneValue(string reducer, double expected)
    {
        IReadOnlyList<Cell>[] series = [.. new[] { 1.0, 2, 5, 8 }.Select(v => (IReadOnlyList<Cell>)[new Cell(Start, Start + Minute, v)])];
        Assert.Equal(expected, Assert.Single(Aligning.Reduce(series, Enum.Parse<Reducer>(reducer))).Number);
    }

    [Fact]
    public void Reduce_DifferentPeriods_AreKeptApart()
    {
        IReadOnlyList<Cell>[] series = [[new Cell(Start + Minute, Start + 2 * Minute, 5)], [new Cell(Start, Start + Minute, 1), new Cell(Start + Minute, Start + 2 * Minute, 2)]];
        Assert.Equal([1, 7], Aligning.Reduce(series, Reducer.ReduceSum).Select(c => c.Number));
    }

    private static Sample At(double seconds, double value) => new(Start + TimeSpan.FromSeconds(seconds), Start + TimeSpan.FromSeconds(seconds + 10), 1, value, value, value, [(value, 1)]);
}
