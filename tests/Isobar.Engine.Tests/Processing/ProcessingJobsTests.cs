using Isobar.Engine.Logs;
using Isobar.Engine.Objects;
using Isobar.Engine.Processing;
using Isobar.Engine.Training;

namespace Isobar.Engine.Tests.Processing;

public sealed class ProcessingJobsTests : IAsyncLifetime
{
    private static readonly BucketName B = new("aws", "bucket");
    private EngineFixture _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await new EngineFixture().StartAsync();
        await _engine.PutAsync(B, "in/a.txt", "hello");
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task SubmitAsync_Command_TurnsInputsIntoOutputs()
    {
        var job = await RunAsync("tr a-z A-Z < /opt/ml/processing/input/a.txt > /opt/ml/processing/output/sub.txt; echo fine > /opt/ml/output/message");
        Assert.True(job.State == JobState.Completed, job.Reason);
        Assert.Equal("fine", job.ExitMessage);
        Assert.Equal("HELLO"u8.ToArray(), await _engine.ReadAsync(B, "out/sub.txt"));
    }

    [Fact]
    public async Task SubmitAsync_CommandFails_SaysItsCode()
    {
        var job = await RunAsync("exit 9");
        Assert.Equal((JobState.Failed, "AlgorithmError: the program ended without success; its log says more, exit code: 9"), (job.State, job.Reason));
    }

    [Fact]
    public async Task SubmitAsync_PathOutOfTheTree_IsRefused()
    {
        var job = await RunAsync("true", output: "/opt/ml/../../etc");
        Assert.Equal(JobState.Failed, job.State);
        Assert.Contains("/opt/ml/../../etc", job.Reason);
    }

    private async Task<ProcessingJob> RunAsync(string script, string output = "/opt/ml/processing/output")
    {
        var jobs = _engine.Get<IProcessingJobs>();
        var id = Guid.NewGuid().ToString("n");
        await jobs.SubmitAsync(new ProcessingSpec
        {
            Id = id, Owner = "aws", Name = id, Command = ["sh", "-c", script], Log = new LogStreamName("aws", "p", id),
            Inputs = [new ProcessingInput("in", new ObjectLocation(B, "in/"), "/opt/ml/processing/input")],
            Outputs = [new ProcessingOutput("out", output, new ObjectLocation(B, "out"))],
        });
        return await jobs.WaitAsync(id);
    }
}
