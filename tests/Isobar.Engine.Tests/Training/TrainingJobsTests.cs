using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Logs;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Engine.Tests.Training;

public sealed class TrainingJobsTests : IAsyncLifetime
{
    private static readonly BucketName B = new("aws", "bucket");
    private EngineFixture _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await new EngineFixture(o => o with { SpotInterruptionRate = 1, StopGracePeriod = TimeSpan.FromSeconds(2) }).StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task SubmitAsync_Algorithm_StoresAModelThatOpens()
    {
        await _engine.PutAsync(B, "in/train/a.csv", string.Join('\n', Enumerable.Range(0, 100).Select(i => $"{2 * i},{i}")));
        var request = new TrainingRequest { Algorithm = "linear", Task = LearningTask.Regression, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" } };
        var job = await RunAsync(Spec("fit", new AlgorithmProgram("linear", JsonSerializer.Serialize(request, AlgorithmsJson.Default.TrainingRequest))) with
        {
            Channels = [new ChannelSpec("train", new ObjectLocation(B, "in/train"))],
            ModelOutput = new ObjectLocation(B, "out/model.tar.gz"),
        });

        Assert.Equal((JobState.Completed, true), (job.State, job.HasModel));
        Assert.Equal([JobState.Queued, JobState.Downloading, JobState.Running, JobState.Uploading, JobState.Completed], job.Transitions.Select(t => t.State));
        Assert.All(job.Transitions, t => Assert.NotNull(t.End));
        Assert.Contains(job.FinalMetrics, m => m.Name == "train:rmse");
        Assert.Equal(["model.json", "model.onnx"], await EntriesAsync("out/model.tar.gz"));
    }

    [Fact]
    public async Task SubmitAsync_Script_GetsTheContract()
    {
        await _engine.PutAsync(B, "in/train/sub/a.txt", "hello");
        var job = await RunAsync(Spec("script", Sh(
            "echo loss=0.25; cat $SM_CHANNEL_TRAIN/sub/a.txt > $SM_MODEL_DIR/copy; cat /opt/ml/input/config/hyperparameters.json; test $SM_HP_EPOCHS = 7 && test \"$SECRET\" = \"\"")) with
        {
            Channels = [new ChannelSpec("train", new ObjectLocation(B, "in/train/"))],
            HyperParameters = new Dictionary<string, string> { ["epochs"] = "7" },
            Metrics = [new MetricDefinition("loss", "loss=([0-9.]+)")],
            ModelOutput = new ObjectLocation(B, "out/m.tar.gz"),
        });

        Assert.True(job.State == JobState.Completed, job.Reason);
        Assert.Equal(0.25, job.FinalMetrics.Single().Value);
        Assert.Equal(["copy"], await EntriesAsync("out/m.tar.gz"));
        Assert.Contains("\"epochs\": \"7\"", await LogAsync("script"));
    }

    [Theory]
    [InlineData("", JobState.Completed)]
    [InlineData("; exit 4", JobState.Failed)]
    public async Task SubmitAsync_ScriptWithFolders_StoresThemAndItsLinesHoweverItEnds(string end, JobState state)
    {
        await _engine.PutAsync(B, "src/lib/words.sh", "echo from the library");
        await _engine.PutAsync(B, "in/a.txt", "exactly this");
        await _engine.PutAsync(B, "in/a.txt.old", "not this");
        var job = await RunAsync(Spec("folders", new ScriptProgram(["bash", "-c", "bash lib/words.sh; ls /opt/ml/input/data/one; cp /opt/ml/input/data/one/a.txt /opt/ml/output/named/; mkdir -p made/deep; echo x > made/deep/x; echo y > single" + end]) { SourceFolder = new ObjectLocation(B, "src/"), StartsInCode = true }) with
        {
            Channels = [new ChannelSpec("one", new ObjectLocation(B, "in/a.txt"), ChannelSourceKind.Object)],
            Folders = ["/opt/ml/output/named"],
            Outputs = [new FolderOutput("named", "/opt/ml/output/named", new ObjectLocation(B, "out/named")), new FolderOutput("made", "/opt/ml/code/made", new ObjectLocation(B, "out/made/")), new FolderOutput("single", "/opt/ml/code/single", new ObjectLocation(B, "out/one.txt")), new FolderOutput("never", "/opt/ml/code/never", new ObjectLocation(B, "out/never/"))],
            LogObject = new ObjectLocation(B, "out/lines.txt"),
        });

        Assert.Equal(state, job.State);
        Assert.Equal("exactly this", Text(await _engine.ReadAsync(B, "out/named/a.txt")));
        Assert.Equal("x\n", Text(await _engine.ReadAsync(B, "out/made/deep/x")));
        Assert.Equal("y\n", Text(await _engine.ReadAsync(B, "out/one.txt")));
        Assert.StartsWith("from the library\na.txt\n", Text(await _engine.ReadAsync(B, "out/lines.txt")));

        static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
    }

    [Fact]
    public async Task SubmitAsync_ProgramThatNamesItsPaths_FindsThemAndTheRestOfOpt()
    {
        Assert.SkipUnless(Isobar.Engine.Processes.MountedTree.IsPossible, "No namespace of mounts may be made here (unshare).");
        await _engine.PutAsync(B, "x", "");
        // The shell puts the path together, so that no text of the command can be rewritten.
        var beside = string.Join(' ', Directory.EnumerateFileSystemEntries("/opt").Select(e => $"&& test -e '{e}'"));
        var job = await RunAsync(Spec("paths", Sh($"p=/opt; cp $p/ml/input/config/hyperparameters.json $p/ml/model/copy && ls $p/ml {beside}")) with { ModelOutput = new ObjectLocation(B, "out/p.tar.gz") });

        Assert.True(job.State == JobState.Completed, job.Reason);
        Assert.Equal(["copy"], await EntriesAsync("out/p.tar.gz"));
        Assert.False(File.Exists("/opt/ml/model/copy"));
    }

    [Fact]
    public async Task SubmitAsync_ScriptFails_GivesItsFailureFileAndCode()
    {
        var job = await RunAsync(Spec("fails", Sh("echo 'bad weather' > /opt/ml/output/failure; exit 3")));
        Assert.Equal((JobState.Failed, "AlgorithmError: bad weather, exit code: 3"), (job.State, job.Reason));
    }

    [Fact]
    public async Task SubmitAsync_MissingProgramOrData_FailsWithTheReason()
    {
        Assert.Contains("no-such-program", (await RunAsync(Spec("a", new ScriptProgram(["no-such-program"])))).Reason);
        await _engine.PutAsync(B, "x", "");
        var job = await RunAsync(Spec("b", Sh("true")) with { Channels = [new ChannelSpec("train", new ObjectLocation(B, "nothing/"))] });
        Assert.Contains("no objects found under s3://bucket/nothing/", job.Reason);
    }

    [Fact]
    public async Task StopAsync_WhileRunning_LetsItSave()
    {
        var jobs = _engine.Get<ITrainingJobs>();
        await _engine.PutAsync(B, "x", "");
        await jobs.SubmitAsync(Spec("stop", Sh("trap 'echo saved > $SM_MODEL_DIR/partial; exit 0' TERM; echo ready; while true; do sleep 0.05; done")) with { ModelOutput = new ObjectLocation(B, "out/s.tar.gz") });
        await WaitForLogAsync("stop", "ready");
        Assert.True((await jobs.StopAsync("stop")).IsOk);
        var job = await jobs.WaitAsync("stop");

        Assert.Equal((JobState.Stopped, true), (job.State, job.HasModel));
        Assert.Equal(ErrorCode.FailedPrecondition, (await jobs.StopAsync("stop")).Error?.Code);
    }

    [Fact]
    public async Task StopAsync_ChildThatWillNot_IsKilledAfterTheGrace()
    {
        var jobs = _engine.Get<ITrainingJobs>();
        await jobs.SubmitAsync(Spec("deaf", Sh("trap '' TERM; echo ready; while true; do sleep 0.05; done")));
        await WaitForLogAsync("deaf", "ready");
        await jobs.StopAsync("deaf");
        Assert.Equal(JobState.Stopped, (await jobs.WaitAsync("deaf")).State);
    }

    [Fact]
    public async Task SubmitAsync_OverItsTime_IsStoppedAndSaysSo()
    {
        var job = await RunAsync(Spec("slow", Sh("sleep 60")) with { MaxRunTime = TimeSpan.FromSeconds(1) });
        Assert.Equal((JobState.Stopped, true), (job.State, job.TimedOut));
    }

    [Fact]
    public async Task SubmitAsync_SpotTakenAway_GoesOnFromItsCheckpoint()
    {
        await _engine.PutAsync(B, "x", "");
        // Each attempt adds a line and waits to be taken away; the fourth finds three lines and finishes.
        var job = await RunAsync(Spec("spot", Sh("f=$SM_CHECKPOINT_DIR/n; echo x >> $f; [ $(wc -l < $f) -ge 4 ] && exit 0; sleep 60")) with
        {
            Checkpoints = new ObjectLocation(B, "checkpoints"),
            Spot = new SpotSpec(TimeSpan.FromMinutes(2)),
        });
        Assert.True(job.State == JobState.Completed, job.Reason);
        Assert.Equal(4, job.Attempts);
        Assert.Equal(8, (await _engine.ReadAsync(B, "checkpoints/n")).Length);
    }

    [Fact]
    public async Task StartAsync_JobLeftByAKilledServer_IsResumed()
    {
        await _engine.PutAsync(B, "x", "");
        await _engine.Get<ITrainingJobs>().SubmitAsync(Spec("left", Sh("[ -e $SM_CHECKPOINT_DIR/second ] && exit 0; touch $SM_CHECKPOINT_DIR/second; echo ready; sleep 60")));
        await WaitForLogAsync("left", "ready");
        await _engine.StopAsync();
        await _engine.StartAsync();
        var job = await _engine.Get<ITrainingJobs>().WaitAsync("left");

        Assert.True(job.State == JobState.Completed, job.Reason);
        Assert.Equal(2, job.Attempts);
    }

    private async Task<TrainingJob> RunAsync(TrainingSpec spec)
    {
        var jobs = _engine.Get<ITrainingJobs>();
        var submitted = await jobs.SubmitAsync(spec);
        Assert.True(submitted.IsOk, submitted.Error?.ToString());
        return await jobs.WaitAsync(spec.Id);
    }

    private static ScriptProgram Sh(string script) => new(["sh", "-c", script]);

    private static TrainingSpec Spec(string name, JobProgram program) => new() { Id = name, Owner = "aws", Name = name, Program = program, Log = new LogStreamName("aws", "jobs", name) };

    private async Task<string> LogAsync(string name) =>
        string.Join('\n', (await _engine.Get<ILogStore>().ReadAsync(new LogQuery("aws", "jobs") { Stream = name })).Lines.Select(l => l.Message));

    private async Task WaitForLogAsync(string name, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await LogAsync(name)).Contains(text)) await Task.Delay(20, limit.Token);
    }

    private async Task<string[]> EntriesAsync(string key)
    {
        await using var tar = new TarReader(new GZipStream(new MemoryStream(await _engine.ReadAsync(B, key)), CompressionMode.Decompress));
        var names = new List<string>();
        while (await tar.GetNextEntryAsync() is { } entry) names.Add(entry.Name);
        return [.. names];
    }
}
