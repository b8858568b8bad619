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

    [Fact]
    public async Task SubmitAsync_TwoArms_TakeTurnsAndAreComparedByTheirOwnMetric()
    {
        await using var engine = await new EngineFixture(services: s => s.AddSingleton<ITrialLauncher, ShellLauncher>()).StartAsync();
        var spec = new TuningSpec
        {
            Id = "arms", Owner = "test", Ranges = [], Objective = "loss", Strategy = TuningStrategy.Grid, MaxTrials = 9, MaxParallel = 1,
            Arms = [new("short", [new("x") { Values = ["3"] }], "loss"), new("long", [new("x") { Values = ["5", "2", "4"] }], "loss")],
        };
        Assert.True((await engine.Get<ITuningJobs>().SubmitAsync(spec)).IsOk);
        var job = await engine.Get<ITuningJobs>().WaitAsync("arms");

        // The short arm's grid is used up after one trial; the long one goes on alone.
        Assert.Equal(["short 3", "long 5", "long 2", "long 4"], job.Trials.Select(t => $"{t.Arm} {t.Values["x"]}"));
        Assert.Equal((3, 2.0), (job.Best!.Number, job.Best.Objective));
    }

    [Fact]
    public async Task SubmitAsync_NothingGetsBetter_EndsTheJob()
    {
        await using var engine = await new EngineFixture(services: s => s.AddSingleton<ITrialLauncher, ShellLauncher>()).StartAsync();
        var spec = new TuningSpec { Id = "flat", Owner = "test", Ranges = [new("x") { Values = ["1", "2", "3", "4", "5", "6", "7", "8"] }], Objective = "loss", Strategy = TuningStrategy.Grid, MaxTrials = 8, MaxNotImproving = 3 };
        Assert.True((await engine.Get<ITuningJobs>().SubmitAsync(spec)).IsOk);
        Assert.Equal(4, (await engine.Get<ITuningJobs>().WaitAsync("flat")).Trials.Count);
    }

    [Theory]
    [InlineData(0.0001, true)]
    [InlineData(0.02, false)]
    public void Progress_OverTheWindow_TellsConvergence(double gain, bool converged)
    {
        var spec = new TuningSpec { Id = "c", Owner = "test", Ranges = [], Objective = "loss" };
        Trial Reported(int n, double loss) => new(n, $"{n}", new Dictionary<string, string>()) { State = JobState.Completed, Objective = loss };
        var job = new TuningJob { Spec = spec, State = JobState.Running, Created = default, Trials = [Reported(1, 1), .. Enumerable.Range(2, Progress.Window).Select(n => Reported(n, 1 - gain))] };
        Assert.Equal(converged, Progress.HasConverged(job));
        Assert.Equal(Progress.Window - 1, Progress.SinceBest(job));
    }

    private sealed class ShellLauncher(ITrainingJobs training) : ITrialLauncher
    {
        public string Owner => "test";

        public async Task<Result<string>> LaunchAsync(TuningSpec tuning, TrialRequest trial, CancellationToken ct)
        {
            var (number, values, _) = trial;
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
