using System.Text;
using Isobar.Core.Results;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.MultiCloud.Tests.Batches;

/// <summary>Work over several clouds: divided by what they cost, joined in order, whatever is lost on the way.</summary>
public sealed class BatchBookTests : IAsyncDisposable
{
    private const int Rows = 1000;
    private readonly Lab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Batch_OverTwoClouds_IsDividedByPriceAndJoinedInOrder()
    {
        var work = await StartAsync();
        await DoneAsync(work.Id);
        var lines = await LinesAsync(work.Id);
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => $"{i}"), lines.Select(l => l.Split('@')[0]));
        // Answers as lines, in the words that an endpoint has.
        Assert.All(_lab.Gcp.Batches.Values, b => Assert.Equal("text/csv", b.Order.Accept));
        // Google Cloud costs half as much: of eight parts it has five, of a third each the rest.
        Assert.Equal((5, 3), (work.Parts.Count(p => p.Cloud == "gcp"), work.Parts.Count(p => p.Cloud == "aws")));
        Assert.Equal(new[] { "aws", "gcp" }, lines.Select(l => l.Split('@')[1]).Distinct().Order());
    }

    [Fact]
    public async Task Batch_WhoseCloudIsLostInTheMiddle_LosesNoRowAndWritesNoneTwice()
    {
        var release = false;
        _lab.Gcp.BatchEnds = o => release || o.Name.Contains("-1-", StringComparison.Ordinal);
        var work = await StartAsync();
        await Lab.UntilAsync(async () => (await _lab.Batches.GetAsync(work.Id)).Value.Parts.Count(p => p.Phase == Phase.Done) >= 4 && _lab.Gcp.Batches.Count >= 2);
        _lab.Gcp.Down = true;
        await DoneAsync(work.Id);
        // The lost cloud comes back and would have its old jobs done: nobody asks for them any more.
        (release, _lab.Gcp.Down) = (true, false);
        var lines = await LinesAsync(work.Id);
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => $"{i}"), lines.Select(l => l.Split('@')[0]));
        Assert.Contains((await _lab.Batches.GetAsync(work.Id)).Value.Parts, p => p is { Cloud: "aws", Lost: ["gcp"] });
    }

    [Fact]
    public async Task Batch_OverAKill_GoesOnWithTheSameJobs()
    {
        var release = false;
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.BatchEnds = _ => release;
        var work = await StartAsync();
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Batches.Count == 2 && _lab.Gcp.Batches.Count == 2));
        await _lab.RestartAsync();
        release = true;
        await DoneAsync(work.Id);
        Assert.Equal(8, _lab.Aws.Batches.Count + _lab.Gcp.Batches.Count);
    }

    [Fact]
    public async Task Batch_WithHeaderAndJoin_WritesEachPredictionBehindItsRow()
    {
        var work = await StartAsync("x\n7\n\n9\n", header: true, join: true);
        await DoneAsync(work.Id);
        Assert.Equal(["7,7", "9,9"], (await LinesAsync(work.Id)).Select(l => l.Split('@')[0]));
    }

    [Fact]
    public async Task Start_OfWhatCannotBe_SaysWhy()
    {
        await ServedAsync();
        Assert.Equal(ErrorCode.NotFound, (await _lab.Batches.StartAsync(new("nobody", "line", new string('0', 64)), "me")).Error!.Code);
        Assert.Contains("not uploaded", (await _lab.Batches.StartAsync(new("demo", "line", new string('0', 64)), "me")).Error!.Message, StringComparison.Ordinal);
        var empty = await UploadAsync("x\n");
        Assert.Contains("0 rows", (await _lab.Batches.StartAsync(new("demo", "line", empty, Header: true), "me")).Error!.Message, StringComparison.Ordinal);
        Assert.Equal("clouds[0]", Assert.Single((await _lab.Batches.StartAsync(new("demo", "line", empty, ["mars"]), "me")).Error!.Faults).Field);
    }

    [Fact]
    public void Divide_Shares_AddUpToTheWhole()
    {
        Assert.Equal([5, 3], Shares.Divide(8, [2, 1]));
        Assert.Equal([1, 0, 0], Shares.Divide(1, [1, 1, 1]));
        Assert.Equal(100, Shares.Divide(100, [0.1, 0.7, 3.3, 9]).Sum());
    }

    private async Task<BatchWork> StartAsync(string? content = null, bool header = false, bool join = false)
    {
        await ServedAsync();
        var started = await _lab.Batches.StartAsync(new("demo", "line", await UploadAsync(content ?? string.Concat(Enumerable.Range(0, Rows).Select(i => $"{i}\n"))), Header: header, Join: join), "me");
        Assert.True(started.IsOk, started.Error?.Message);
        return started.Value;
    }

    private async Task ServedAsync()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
    }

    private async Task<string> UploadAsync(string content) => (await _lab.Artifacts.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)))).Value;

    private async Task DoneAsync(string id)
    {
        BatchWork? work = null;
        await Lab.UntilAsync(async () => (work = (await _lab.Batches.GetAsync(id)).Value).Phase != Phase.Running);
        Assert.True(work!.Phase == Phase.Done, work.Reason);
    }

    private async Task<string[]> LinesAsync(string id)
    {
        using var reader = new StreamReader((await _lab.Batches.OpenResultAsync(id)).Value);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
