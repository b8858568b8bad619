using System.Globalization;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Server.Dashboard.Reads;

namespace Isobar.Dashboard.Tests.Reads;

public sealed class JobLogTests
{
    [Fact]
    public async Task ReadAsync_OfAGrowingLog_AddsWhatIsNewAndKnowsTheEnd()
    {
        var log = new JobLog();
        var lines = new List<string> { "a", "b" };
        Assert.Null(await log.ReadAsync(Numbered(lines), isFinal: false));
        Assert.False(log.IsWhole);
        lines.Add("c");
        Assert.Null(await log.ReadAsync(Numbered(lines), isFinal: true));
        Assert.Equal(["a", "b", "c"], log.Lines.Select(l => l.Line.Text));
        Assert.True(log.IsWhole);
    }

    [Fact]
    public async Task ReadAsync_WhereACloudGivesNoPlaceToGoOnFrom_ShowsNoLineTwice()
    {
        var log = new JobLog();
        var lines = new List<string> { "a" };
        await log.ReadAsync(Whole, isFinal: false);
        lines.Add("b");
        await log.ReadAsync(Whole, isFinal: false);
        Assert.Equal(["a", "b"], log.Lines.Select(l => l.Line.Text));

        Task<Result<RunLogPage>> Whole(string? after) => Task.FromResult<Result<RunLogPage>>(new RunLogPage([.. lines.Select(Line)], null));
    }

    [Fact]
    public async Task ReadAsync_OfALongLog_HoldsItsEnd()
    {
        var log = new JobLog();
        await log.ReadAsync(Numbered([.. Enumerable.Range(0, JobLog.MaxLines + 5).Select(i => i.ToString(CultureInfo.InvariantCulture))]), isFinal: true);
        Assert.Equal(JobLog.MaxLines, log.Lines.Count);
        Assert.Equal(5, log.Dropped);
        Assert.Equal("5", log.Lines.First().Line.Text);
    }

    [Fact]
    public async Task ReadAsync_OfMetricsByRound_DrawsChannelsOfAMetricTogether()
    {
        var log = new JobLog();
        await log.ReadAsync(Numbered(["[1] train:rmse=0.5", "[1] validation:rmse=0.75", "[2] train:rmse=0.25", "[2] train:mae=1", "train:rmse=9", "[3] train:rmse=NaN", "[x] y=1"]), isFinal: true);
        Assert.Equal(["mae", "rmse"], log.Series.Select(s => s.Metric).Order());
        var rmse = log.Series.Single(s => s.Metric == "rmse");
        Assert.Equal(["train:rmse", "validation:rmse"], rmse.Lines.Select(l => l.Name));
        Assert.Equal([0.5, 0.25], rmse.Lines[0].Points.Select(p => p.Value));
    }

    [Fact]
    public async Task ReadAsync_OfACloudThatDoesNotAnswer_TellsWhyAndKeepsWhatItHas()
    {
        var log = new JobLog();
        await log.ReadAsync(Numbered(["a"]), isFinal: false);
        Assert.Equal(ErrorCode.Unavailable, (await log.ReadAsync(_ => Task.FromResult<Result<RunLogPage>>(new Error(ErrorCode.Unavailable, "gone")), isFinal: false))!.Code);
        Assert.Single(log.Lines);
    }

    private static Func<string?, Task<Result<RunLogPage>>> Numbered(List<string> lines) => after =>
    {
        var from = after is null ? 0 : int.Parse(after, CultureInfo.InvariantCulture);
        return Task.FromResult<Result<RunLogPage>>(new RunLogPage([.. lines.Skip(from).Take(100).Select(Line)], Math.Min(lines.Count, from + 100).ToString(CultureInfo.InvariantCulture)));
    };

    private static RunLogLine Line(string text) => new(DateTimeOffset.UnixEpoch, text);
}
