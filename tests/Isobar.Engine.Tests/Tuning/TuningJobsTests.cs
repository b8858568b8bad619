using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.Tests.Tuning;

public sealed class TuningJobsTests
{
    [Fact]
    public async Task SubmitAsync_RandomTrials_FindsTheBestAndSurvivesARestart()
    {
        await using var engine = await new EngineFixture(services: s => s.AddSingleton<ITrialLauncher, ShellLauncher>()).StartAsync();
        var spec = new TuningSpec { Id = "tune", Owner = "test", Ranges = [new("x") { Min = 0, Max = 10 }], Objective = "loss", Strategy = TuningStrategy.Random, MaxTrials = 6, MaxParallel = 2 };
        Assert.True((await engine.Get<ITuningJobs>().SubmitAsync(spec)).IsOk);
        await engine.StopAsync();
        await engine.StartAsync();
        var job = await engine.Get<ITuningJobs>().WaitAsync("tune");

        Assert.True(job.State == JobState.Completed, job.Reason);
        Assert.Equal([1, 2, 3, 4, 5, 6], job.Trials.Select(t => t.Number));
        Assert.Equal(job.Trials.Min(t => t.Objective), job.Best!.Objective);
        Assert.Equal(6, (await engine.Get<ITrainingJobs>().ListAsync("tune-")).Count);
    }

    private sealed class ShellLauncher(ITrainingJobs training) : ITrialLauncher
    {
        public string Owner => "test";

        public async Task<Result<string>> LaunchAsync(TuningSpec tuning, int number, IReadOnlyDictionary<string, string> values, CancellationToken ct)
        {
            var id = $"{tuning.Id}-{number}";
            var result = await training.SubmitAsync(new TrainingSpec
            {
                Id = id, Owner = "test", Name = id, HyperParameters = values, Log = new LogStreamName("test", "t", id),
                Program = new ScriptProgram(["sh", "-c", "echo loss=$SM_HP_X"]), Metrics = [new MetricDefinition("loss", "loss=([0-9.]+)")],
            }, ct);
            return result.IsOk || result.Error.Code == ErrorCode.AlreadyExists ? id : result.Error;
        }
    }
}
