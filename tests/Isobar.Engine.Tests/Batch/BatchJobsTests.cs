using System.IO.Compression;
using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Tests.Serving;
using Isobar.Engine.Training;

namespace Isobar.Engine.Tests.Batch;

public sealed class BatchJobsTests : IAsyncLifetime
{
    private static readonly BucketName B = new("aws", "data");
    private readonly EngineFixture _engine = new();

    private IBatchJobs Jobs => _engine.Get<IBatchJobs>();

    public async ValueTask InitializeAsync() => await _engine.StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task SubmitAsync_LinesOfSeveralObjects_AreAllAnsweredInOrder()
    {
        var rows = Enumerable.Range(0, 50_000).ToArray();
        await _engine.PutAsync(B, "in/a.csv", string.Join('\n', rows.Select(r => $"{r},1")));
        await _engine.PutAsync(B, "in/sub/b.csv", "1,2\r\n\r\n3,4\r\n");
        var job = await RunAsync(await SpecAsync() with { Strategy = BatchStrategy.MultiRecord, MaxConcurrency = 4 });

        Assert.Equal((JobState.Completed, 2, 2, 50_002L), (job.State, job.ObjectsDone, job.ObjectsTotal!.Value, job.Records));
        Assert.Equal(rows.Select(r => $"{r + 10}"), (await TextAsync("out/a.csv.out")).TrimEnd('\n').Split('\n'));
        Assert.Equal("21\n43\n", await TextAsync("out/sub/b.csv.out"));
    }

    [Fact]
    public async Task SubmitAsync_JoinAndFilters_ForCsv()
    {
        await _engine.PutAsync(B, "in/a.csv", "id1,1,2\n\"id,2\",3,4\n");
        var spec = await SpecAsync() with { Processing = new BatchDataProcessing("$[1:]", true, "$[0,-1]"), Strategy = BatchStrategy.SingleRecord };
        Assert.Equal(JobState.Completed, (await RunAsync(spec)).State);

        Assert.Equal("id1,21\n\"id,2\",43\n", await TextAsync("out/a.csv.out"));
    }

    [Fact]
    public async Task SubmitAsync_JoinAndFilters_ForJsonLines()
    {
        await _engine.PutAsync(B, "in/a.jsonl", "{\"id\":7,\"features\":[1,2]}\n{\"id\":8,\"features\":[3,4]}\n");
        var spec = await SpecAsync() with { ContentType = "application/jsonlines", Accept = "application/jsonlines", Processing = new BatchDataProcessing("$.features", true, "$['id','SageMakerOutput']") };
        Assert.Equal(JobState.Completed, (await RunAsync(spec)).State);

        Assert.Equal("{\"id\":7,\"SageMakerOutput\":[21]}\n{\"id\":8,\"SageMakerOutput\":[43]}\n", await TextAsync("out/a.jsonl.out"));
    }

    [Fact]
    public async Task SubmitAsync_GzipInput_IsUnpacked()
    {
        var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write("1,2\n"u8);
        await _engine.Get<IObjectStore>().CreateBucketAsync(B);
        await _engine.Get<IObjectStore>().PutAsync(B, "in/a.csv.gz", new MemoryStream(packed.ToArray()));
        await RunAsync(await SpecAsync() with { Gzip = true });

        Assert.Equal("21\n", await TextAsync("out/a.csv.gz.out"));
    }

    [Fact]
    public async Task SubmitAsync_BadRecord_FailsAndNamesIt()
    {
        await _engine.PutAsync(B, "in/a.csv", "1,2\n");
        await _engine.PutAsync(B, "in/b.csv", "1,2\n3,oops\n");
        var job = await RunAsync(await SpecAsync());

        Assert.Equal(JobState.Failed, job.State);
        Assert.Contains("in/b.csv, records 1 to 2: Row 2, column 2: 'oops'", job.Reason);
        Assert.Equal("21\n", await TextAsync("out/a.csv.out"));
        Assert.Equal(ErrorCode.NotFound, (await _engine.Get<IObjectStore>().HeadAsync(B, "out/b.csv.out")).Error?.Code);
    }

    [Fact]
    public async Task SubmitAsync_ErrorStem_PutsRefusedRecordsAsideAndGoesOn()
    {
        await _engine.PutAsync(B, "in/a.jsonl", "[1,2]\n[3,\"oops\"]\n{\n[5,6]\n\n[7]\n");
        await _engine.PutAsync(B, "in/b.jsonl", "[9,9]");
        var job = await RunAsync(await InstancesAsync("in/a.jsonl", "in/b.jsonl"));

        Assert.Equal((JobState.Completed, 3L, 3L), (job.State, job.Records, job.Rejected));
        Assert.Equal(["[1,2]", "[5,6]"], (await TextAsync("out/results-00000-of-00002")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(":")[1].Split(",\"p")[0]));
        var errors = (await TextAsync("out/errors-00000-of-00002")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, errors.Length);
        Assert.StartsWith("{\"instance\":[3,\"oops\"],\"error\":{\"code\":3,\"message\":\"in/a.jsonl, records 2 to 2:", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"instance\":\"{\",", errors[1], StringComparison.Ordinal);
        Assert.Equal(ErrorCode.NotFound, (await _engine.Get<IObjectStore>().HeadAsync(B, "out/errors-00001-of-00002")).Error?.Code);
    }

    [Fact]
    public async Task SubmitAsync_ErrorStemAndNoGoodRecord_Fails()
    {
        await _engine.PutAsync(B, "in/a.jsonl", "[1,\"x\"]\n[2,\"y\"]\n");
        var job = await RunAsync(await InstancesAsync("in/a.jsonl"));

        Assert.Equal((JobState.Failed, 0L, 2L), (job.State, job.Records, job.Rejected));
        Assert.Contains("none of the records could be predicted: in/a.jsonl, records 1 to 1", job.Reason);
    }

    [Fact]
    public async Task SubmitAsync_ObjectThatCannotBeRead_IsLeftOutAndTold()
    {
        await _engine.PutAsync(B, "in/a.jsonl", "[1,2]\n");
        await _engine.PutAsync(B, "in/b.jsonl", "[" + new string(' ', 100) + "1,2]\n");
        var job = await RunAsync(await InstancesAsync("in/a.jsonl", "in/b.jsonl") with { MaxPayloadBytes = 50 });

        Assert.Equal((JobState.Completed, 1L), (job.State, job.Records));
        Assert.Contains("in/b.jsonl: record 1 has", Assert.Single(job.Omissions));
    }

    [Fact]
    public async Task SubmitAsync_NothingToRead_Fails()
    {
        await _engine.PutAsync(B, "elsewhere", "");
        Assert.Contains("no objects", (await RunAsync(await SpecAsync())).Reason);
    }

    [Theory]
    [InlineData("features")]
    [InlineData("$[a]")]
    [InlineData("$.")]
    [InlineData("$[1")]
    public async Task SubmitAsync_BadFilter_IsRefused(string filter) =>
        Assert.Equal(ErrorCode.InvalidArgument, (await Jobs.SubmitAsync(await SpecAsync() with { Processing = new BatchDataProcessing(filter) })).Error?.Code);

    [Fact]
    public async Task StartAsync_JobCutInTheMiddle_IsResumedWithoutLossOrRepetition()
    {
        PythonServer.SkipWithoutPython();
        var gate = _engine.Folder["gate"];
        await _engine.PutAsync(B, "in/1.csv", "a\nb\n");
        await _engine.PutAsync(B, "in/2.csv", $"hold {gate}\n");
        await _engine.PutAsync(B, "in/3.csv", "c\n");
        var spec = await SpecAsync() with
        {
            Model = PythonServer.Model(await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), "py.tar.gz", PythonServer.Archive("5"))),
            Assemble = BatchAssembly.Line,
        };
        Assert.True((await Jobs.SubmitAsync(spec)).IsOk);
        while ((await Jobs.GetAsync(spec.Id)).Value.ObjectsDone < 1) await Task.Delay(20);
        var first = (await _engine.Get<IObjectStore>().HeadAsync(B, "out/1.csv.out")).Value;
        await _engine.StopAsync();
        await File.WriteAllTextAsync(gate, "");
        await _engine.StartAsync();
        var job = await Jobs.WaitAsync(spec.Id);

        Assert.Equal((JobState.Completed, 3, 4L), (job.State, job.ObjectsDone, job.Records));
        Assert.Equal(first.LastModified, (await _engine.Get<IObjectStore>().HeadAsync(B, "out/1.csv.out")).Value.LastModified);
        Assert.Equal("a*5\nb*5\n", await TextAsync("out/1.csv.out"));
        Assert.Equal($"hold {gate}*5\n", await TextAsync("out/2.csv.out"));
        Assert.Equal("c*5\n", await TextAsync("out/3.csv.out"));
    }

    [Fact]
    public async Task StopAsync_RunningJob_EndsStopped()
    {
        PythonServer.SkipWithoutPython();
        await _engine.PutAsync(B, "in/1.csv", "a\n");
        await _engine.PutAsync(B, "in/2.csv", "hold /does/not/exist\n");
        var spec = await SpecAsync() with { Model = PythonServer.Model(await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), "py.tar.gz", PythonServer.Archive("5"))) };
        await Jobs.SubmitAsync(spec);
        while ((await Jobs.GetAsync(spec.Id)).Value.ObjectsDone < 1) await Task.Delay(20);
        Assert.True((await Jobs.StopAsync(spec.Id)).IsOk);

        Assert.Equal(JobState.Stopped, (await Jobs.WaitAsync(spec.Id)).State);
        Assert.Equal(ErrorCode.FailedPrecondition, (await Jobs.StopAsync(spec.Id)).Error?.Code);
    }

    private async Task<BatchJob> RunAsync(BatchSpec spec)
    {
        var submitted = await Jobs.SubmitAsync(spec);
        Assert.True(submitted.IsOk, submitted.Error?.ToString());
        return await Jobs.WaitAsync(spec.Id);
    }

    private async Task<string> TextAsync(string key) => Encoding.UTF8.GetString(await _engine.ReadAsync(B, key));

    private async Task<BatchSpec> InstancesAsync(params string[] keys) => await SpecAsync() with
    {
        ContentType = "application/json",
        Accept = "application/json",
        Instances = new BatchInstances(InstanceFormat.JsonLines),
        Sources = [.. keys.Select(k => new ObjectLocation(B, k))],
        OutputStem = "results",
        ErrorStem = "errors",
    };

    private async Task<BatchSpec> SpecAsync() => new()
    {
        Id = "aws/us-east-1/job",
        Owner = "aws",
        Name = "job",
        Model = new ModelSpec { Name = "m", Program = new OnnxProgram(), Artifact = await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), "m.tar.gz", TestGraphs.TarGz(("model.onnx", TestGraphs.Linear(1, 10)))) },
        Input = new ObjectLocation(B, "in/"),
        Output = new ObjectLocation(B, "out"),
        ContentType = "text/csv",
        Accept = "text/csv",
        Split = BatchSplit.Line,
    };
}
