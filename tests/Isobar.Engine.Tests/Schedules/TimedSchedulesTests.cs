using Isobar.Core.Results;
using Isobar.Engine.Schedules;
using Isobar.Engine.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Schedules;

public sealed class TimedSchedulesTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly Target _target = new();
    private readonly ServiceProvider _services;
    private readonly TimedSchedules _schedules;

    public TimedSchedulesTests()
    {
        var options = new EngineOptions { DataDirectory = _folder.Path };
        _services = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddSingleton(options).AddState().AddSingleton<ITimedTarget>(_target).BuildServiceProvider();
        _schedules = new TimedSchedules(_services.GetRequiredService<IStateStore>(), _services, options, _time, NullLogger<TimedSchedules>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tick_AfterTurnsWereMissed_MakesUpForOne()
    {
        await _schedules.PutAsync(Hourly(), default);
        await _schedules.TickAsync(default);
        Assert.Empty(_target.Fired);
        _time.Advance(TimeSpan.FromMinutes(200));
        await _schedules.TickAsync(default);
        await _schedules.TickAsync(default);
        Assert.Equal([Now.AddHours(1)], _target.Fired);
        var schedule = await _schedules.FindAsync("s", default);
        Assert.Equal((Now.AddHours(1), Now.AddHours(4)), (schedule!.LastDue, schedule.NextDue));
    }

    [Fact]
    public async Task Tick_OfATargetThatFails_GoesOnAndSaysWhy()
    {
        await _schedules.PutAsync(Hourly(), default);
        _target.Answer = new Error(ErrorCode.NotFound, "It is gone.");
        _time.Advance(TimeSpan.FromHours(1));
        await _schedules.TickAsync(default);
        Assert.Equal("It is gone.", (await _schedules.FindAsync("s", default))!.LastFault);
        _target.Answer = Done.Value;
        _time.Advance(TimeSpan.FromHours(1));
        await _schedules.TickAsync(default);
        Assert.Equal((2, null), (_target.Fired.Count, (await _schedules.FindAsync("s", default))!.LastFault));
    }

    [Fact]
    public async Task Tick_OfTurnsThatAreMadeUpFor_IsOnceForEachAndThenAsUsual()
    {
        await _schedules.PutAsync(Hourly() with { MissedSince = Now.AddHours(-3) }, default);
        for (var i = 0; i < 5; i++) await _schedules.TickAsync(default);
        Assert.Equal([Now.AddHours(-2), Now.AddHours(-1), Now], _target.Fired);
        // Once it is up to date, what it misses is made up for once again.
        _time.Advance(TimeSpan.FromHours(3));
        for (var i = 0; i < 5; i++) await _schedules.TickAsync(default);
        Assert.Equal([Now.AddHours(1)], _target.Fired[3..]);
    }

    [Fact]
    public async Task Tick_OfATargetWithoutRoom_WaitsWithAllThatFallsDueMeanwhile()
    {
        await _schedules.PutAsync(Hourly(), default);
        _target.Answer = new Error(ErrorCode.ResourceExhausted, "It is full.");
        _time.Advance(TimeSpan.FromHours(1));
        await _schedules.TickAsync(default);
        var waits = (await _schedules.FindAsync("s", default))!;
        Assert.Equal((Now.AddHours(1), "It is full."), (waits.NextDue, waits.LastFault));
        _time.Advance(TimeSpan.FromHours(2));
        await _schedules.TickAsync(default);
        _target.Fired.Clear();
        _target.Answer = Done.Value;
        for (var i = 0; i < 5; i++) await _schedules.TickAsync(default);
        Assert.Equal([Now.AddHours(1), Now.AddHours(2), Now.AddHours(3)], _target.Fired);
        Assert.Null((await _schedules.FindAsync("s", default))!.LastFault);
    }

    [Fact]
    public async Task Put_DisabledOrDeleted_IsNotDue()
    {
        await _schedules.PutAsync(Hourly(), default);
        await _schedules.PutAsync(Hourly() with { IsEnabled = false }, default);
        _time.Advance(TimeSpan.FromHours(3));
        await _schedules.TickAsync(default);
        await _schedules.PutAsync(Hourly(), default);
        await _schedules.DeleteAsync("s", default);
        _time.Advance(TimeSpan.FromHours(3));
        await _schedules.TickAsync(default);
        Assert.Empty(_target.Fired);
        Assert.Equal(ErrorCode.InvalidArgument, (await _schedules.PutAsync(Hourly() with { Cron = "x" }, default)).Error?.Code);
    }

    private static TimedSpec Hourly() => new() { Id = "s", Owner = "x", Cron = "0 * * * *" };

    private sealed class Target : ITimedTarget
    {
        public string Owner => "x";
        public List<DateTimeOffset> Fired { get; } = [];
        public Result<Done> Answer { get; set; } = Done.Value;

        public Task<Result<Done>> FireAsync(TimedSpec spec, DateTimeOffset due, CancellationToken ct)
        {
            Fired.Add(due);
            return Task.FromResult(Answer);
        }
    }
}
