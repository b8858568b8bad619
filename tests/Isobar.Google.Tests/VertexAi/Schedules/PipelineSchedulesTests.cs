using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine;
using Isobar.Engine.Pipelines;
using Isobar.Engine.Schedules;
using Isobar.Google.VertexAi.Pipelines;
using Isobar.Google.VertexAi.Schedules;
using Isobar.Google.VertexAi.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using State = Isobar.Google.VertexAi.V1.Schedule.Types.State;

namespace Isobar.Google.Tests.VertexAi.Schedules;

/// <summary>What the turns of a schedule make. Nothing starts the tasks of the pipelines: all that are made stay active.</summary>
public sealed class PipelineSchedulesTests : IAsyncLifetime
{
    private const string Parent = "projects/p/locations/us-central1";
    private static readonly DateTimeOffset Due = new(2026, 1, 1, 2, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-schedules-").FullName;
    private readonly ServiceProvider _services;

    public PipelineSchedulesTests() => _services = new ServiceCollection().AddLogging().AddHttpClient().AddIsobarEngine(new EngineOptions { DataDirectory = _folder }).AddGoogleEmulator().BuildServiceProvider();

    private PipelineSchedules Schedules => _services.GetRequiredService<PipelineSchedules>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await ((IHostedService)_services.GetRequiredService<IPipelineExecutions>()).StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Fire_SameTurnTwice_MakesOneJobOfTheSchedule()
    {
        var schedule = await CreateAsync();
        Assert.True((await FireAsync(schedule, Due)).IsOk);
        Assert.True((await FireAsync(schedule, Due)).IsOk);
        Assert.Equal((1, "OK", Due), await ToldAsync(schedule));
        Assert.True((await FireAsync(schedule, Due.AddHours(1))).IsOk);
        var jobs = await JobsAsync();
        Assert.Equal([$"schedule-{schedule.Name[(schedule.Name.LastIndexOf('/') + 1)..]}-20260101020000", $"schedule-{schedule.Name[(schedule.Name.LastIndexOf('/') + 1)..]}-20260101030000"], jobs.Select(j => j.Name[(j.Name.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal));
        Assert.All(jobs, j => Assert.Equal(schedule.Name, j.ScheduleName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fire_AsManyActiveAsMayBe_IsPassedOverOrWaits(bool queues)
    {
        var schedule = await CreateAsync(s => (s.MaxConcurrentActiveRunCount, s.AllowQueueing) = (1, queues));
        await FireAsync(schedule, Due);
        var second = await FireAsync(schedule, Due.AddHours(1));
        Assert.Equal(queues ? ErrorCode.ResourceExhausted : null, second.Error?.Code);
        var (started, response, at) = await ToldAsync(schedule);
        Assert.Equal((1, queues ? Due : Due.AddHours(1)), (started, at));
        Assert.StartsWith(queues ? "OK" : "Skipped", response, StringComparison.Ordinal);
        Assert.Single(await JobsAsync());
    }

    [Fact]
    public async Task Fire_TheLastOfItsTurns_CompletesTheSchedule()
    {
        var schedule = await CreateAsync(s => s.MaxRunCount = 2);
        await FireAsync(schedule, Due);
        Assert.Equal(State.Active, (await Schedules.GetAsync(schedule.Name, default)).State);
        await FireAsync(schedule, Due.AddHours(1));
        await FireAsync(schedule, Due.AddHours(2));
        Assert.Equal((State.Completed, null), ((await Schedules.GetAsync(schedule.Name, default)).State, (await Schedules.GetAsync(schedule.Name, default)).NextRunTime));
        Assert.Equal(2, (await JobsAsync()).Count);
    }

    [Fact]
    public async Task Fire_PausedOrDeleted_MakesNothing()
    {
        var schedule = await CreateAsync();
        await Schedules.PauseAsync(schedule.Name, default);
        await FireAsync(schedule, Due);
        await Schedules.DeleteAsync(schedule.Name, default);
        await FireAsync(schedule, Due);
        Assert.Empty(await JobsAsync());
    }

    private Task<Schedule> CreateAsync(Action<Schedule>? change = null)
    {
        var spec = global::Google.Protobuf.JsonParser.Default.Parse<Struct>("""{"schemaVersion": "2.1.0", "pipelineInfo": {"name": "p"}, "root": {"dag": {"tasks": {"say": {"componentRef": {"name": "comp-say"}, "taskInfo": {"name": "say"}}}}}, "components": {"comp-say": {"executorLabel": "exec-say"}}, "deploymentSpec": {"executors": {"exec-say": {"container": {"image": "any", "command": ["true"]}}}}}""");
        var schedule = new Schedule
        {
            DisplayName = "hourly",
            Cron = "0 * * * *",
            MaxConcurrentRunCount = 1,
            CreatePipelineJobRequest = new() { Parent = Parent, PipelineJob = new() { PipelineSpec = spec, RuntimeConfig = new() { GcsOutputDirectory = "gs://clock-runs/root" } } },
        };
        change?.Invoke(schedule);
        return Schedules.CreateAsync(new() { Parent = Parent, Schedule = schedule }, "http://127.0.0.1:1", default);
    }

    private Task<Result<Done>> FireAsync(Schedule schedule, DateTimeOffset due) => Schedules.FireAsync(new TimedSpec { Id = "gcp/" + schedule.Name, Owner = "gcp" }, due, default);

    private async Task<(int Started, string Response, DateTimeOffset At)> ToldAsync(Schedule schedule)
    {
        var now = await Schedules.GetAsync(schedule.Name, default);
        return ((int)now.StartedRunCount, now.LastScheduledRunResponse.RunResponse_, now.LastScheduledRunResponse.ScheduledRunTime.ToDateTimeOffset());
    }

    private async Task<IReadOnlyList<PipelineJob>> JobsAsync() => (await _services.GetRequiredService<PipelineJobs>().ListAsync(new() { Parent = Parent }, default)).PipelineJobs;
}
