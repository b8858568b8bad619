using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Logs;

namespace Isobar.MultiCloud.Tests.Logs;

public sealed class LogBookTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly Lab _lab = new();

    public ValueTask InitializeAsync()
    {
        // In pages of two lines, as clouds give them.
        _lab.Aws.Logs["a"] = [new(At, "epoch 1"), new(At.AddSeconds(2), "epoch 2"), new(At.AddSeconds(4), "Error: no memory")];
        _lab.Gcp.Logs["g"] = [new(At.AddSeconds(1), "step 1"), new(At.AddSeconds(3), "step 2")];
        _lab.Aws.Jobs["a"] = new TrainingRun { Name = "a", State = RunState.Failed };
        _lab.Gcp.Jobs["g"] = new TrainingRun { Name = "g", State = RunState.InProgress };
        return default;
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Ask_JobsOfTwoClouds_OneLogInTheOrderOfTime()
    {
        var logs = await AskAsync(new());
        Assert.Equal(["aws epoch 1", "gcp step 1", "aws epoch 2", "gcp step 2", "aws Error: no memory"], logs.Lines.Select(l => $"{l.Cloud} {l.Text}"));
        Assert.False(logs.More);
        Assert.Empty(logs.Unread);
    }

    [Fact]
    public async Task Ask_LinesOfTheSameTime_StayAsTheirLogHasThem()
    {
        _lab.Aws.Logs["a"] = [.. Enumerable.Range(0, 100).Select(i => new RunLogLine(At, $"{i}"))];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), (await AskAsync(new() { Job = "a" })).Lines.Select(l => l.Text));
    }

    [Fact]
    public async Task Ask_SinceAndText_BoundTheLines()
    {
        Assert.Equal(["epoch 2", "step 2", "Error: no memory"], (await AskAsync(new() { Since = At.AddSeconds(2) })).Lines.Select(l => l.Text));
        Assert.Equal(["Error: no memory"], (await AskAsync(new() { Contains = "error" })).Lines.Select(l => l.Text));
        Assert.Equal(["step 1", "step 2"], (await AskAsync(new() { Cloud = "gcp" })).Lines.Select(l => l.Text));
        var newest = await AskAsync(new() { Limit = 2 });
        Assert.Equal(["step 2", "Error: no memory"], newest.Lines.Select(l => l.Text));
        Assert.True(newest.More);
    }

    [Fact]
    public async Task Ask_ACloudIsDown_TheOthersAreReadAndItIsTold()
    {
        _lab.Gcp.Down = true;
        var logs = await AskAsync(new());
        Assert.Equal(3, logs.Lines.Count);
        Assert.Equal(("gcp", ErrorCode.Unavailable), Assert.Single(logs.Unread) is var unread ? (unread.Cloud, unread.Code) : default);
    }

    [Fact]
    public async Task Ask_OfAProject_ItsJobsAndWhatWasDone()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var job = (await _lab.StandingAsync()).Training!.Job;
        _lab.Gcp.Logs[job] = [new(At, "of the model")];
        var logs = await AskAsync(new() { Project = "demo" });
        Assert.Equal(("gcp", job, "demo", "line"), Assert.Single(logs.Lines, l => l.Source != "control") is var line ? (line.Cloud, line.Source, line.Project, line.Model) : default);
        Assert.Contains(logs.Lines, l => l.Source == "control" && l.Text.Contains("Training goes to gcp", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, l => l.Text == "epoch 1");
    }

    [Fact]
    public async Task Ask_EndpointsOfAProject_StandBesideItsJobs()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var serving = (await _lab.StandingAsync()).Serving![0];
        var cloud = serving.Cloud == "aws" ? _lab.Aws : _lab.Gcp;
        cloud.Logs[serving.Endpoint] = [new(At, "Serving model.onnx"), new(At.AddSeconds(9), "A request was not answered")];
        Assert.Equal((LogKind.Endpoint, serving.Cloud, "line"), Assert.Single((await AskAsync(new() { Project = "demo", Contains = "serving MODEL" })).Lines) is var line ? (line.Kind, line.Cloud, line.Model) : default);
        Assert.Equal(["Serving model.onnx", "A request was not answered"], (await AskAsync(new() { Endpoint = serving.Endpoint })).Lines.Select(l => l.Text));
        Assert.Equal(["A request was not answered"], (await AskAsync(new() { Endpoint = serving.Endpoint, Since = At.AddSeconds(1) })).Lines.Select(l => l.Text));
        var newest = await AskAsync(new() { Endpoint = serving.Endpoint, Limit = 1 });
        Assert.True(newest.More);
        Assert.Equal("A request was not answered", Assert.Single(newest.Lines).Text);
        // Without a project: whatever stands in the clouds.
        Assert.Contains((await AskAsync(new() { Cloud = serving.Cloud })).Lines, l => l.Kind == LogKind.Endpoint && l.Source == serving.Endpoint);
    }

    [Fact]
    public async Task Ask_EndpointThatIsNotThereYet_IsNotMissed()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var serving = (await _lab.StandingAsync()).Serving![0];
        (serving.Cloud == "aws" ? _lab.Aws : _lab.Gcp).Endpoints.Clear();
        Assert.DoesNotContain((await AskAsync(new() { Project = "demo" })).Unread, u => u.Source == serving.Endpoint);
    }

    [Fact]
    public async Task Ask_WhatCannotBe_IsRefusedByItsField()
    {
        Assert.Equal("limit", (await _lab.Logs.AskAsync(new() { Limit = 0 }, default)).Error!.Faults[0].Field);
        Assert.Equal("cloud", (await _lab.Logs.AskAsync(new() { Cloud = "moon" }, default)).Error!.Faults[0].Field);
        Assert.Equal("model", (await _lab.Logs.AskAsync(new() { Model = "line" }, default)).Error!.Faults[0].Field);
        Assert.Equal("endpoint", (await _lab.Logs.AskAsync(new() { Job = "a", Endpoint = "b" }, default)).Error!.Faults[0].Field);
        Assert.Equal(ErrorCode.NotFound, (await _lab.Logs.AskAsync(new() { Project = "nobody" }, default)).Error!.Code);
    }

    private async Task<CloudLogs> AskAsync(LogQuestion question)
    {
        var answer = await _lab.Logs.AskAsync(question, TestContext.Current.CancellationToken);
        Assert.True(answer.IsOk, answer.Error?.Message);
        return answer.Value;
    }
}
