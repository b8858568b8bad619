using Isobar.Core.Results;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Dispatch;
using Isobar.Server.Gateway.Upstreams;

namespace Isobar.Server.Tests.Gateway;

public sealed class DispatcherTests
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private readonly Dispatcher _dispatcher = new(Time);

    [Fact]
    public async Task SendAsync_FirstFails_AnotherAnswers()
    {
        var service = Service(new ResilienceDefinition(), Failing(), Answering("b"));
        for (var i = 0; i < 20; i++)
        {
            var dispatched = await _dispatcher.SendAsync(service, Call(), TestContext.Current.CancellationToken);
            Assert.Null(dispatched.Reply.Error);
            Assert.Equal("b1", dispatched.Backend!.Definition.Name);
        }
        Assert.Equal(5, service.Route.Backends[0].Counts.Failures);
    }

    [Fact]
    public async Task SendAsync_BadRequest_IsAskedOnce()
    {
        var service = Service(new ResilienceDefinition(), Refusing(), Refusing());
        var dispatched = await _dispatcher.SendAsync(service, Call(), TestContext.Current.CancellationToken);
        Assert.Equal((ErrorCode.InvalidArgument, 1), (dispatched.Reply.Error!.Code, dispatched.Tries));
    }

    [Fact]
    public async Task SendAsync_NotRepeatable_IsAskedAgainOnlyIfItWasNeverSent()
    {
        var rules = new ResilienceDefinition { Repeatable = false, BreakAfter = 1000 };
        var lost = Service(rules, Failing(), Failing());
        Assert.Equal(1, (await _dispatcher.SendAsync(lost, Call(), TestContext.Current.CancellationToken)).Tries);
        var unsent = Service(rules, Failing(neverSent: true), Failing(neverSent: true));
        Assert.Equal(3, (await _dispatcher.SendAsync(unsent, Call(), TestContext.Current.CancellationToken)).Tries);
    }

    [Fact]
    public async Task SendAsync_BudgetSpent_FailsAtOnce()
    {
        var service = Service(new ResilienceDefinition { RetryReserve = 2, RetryShare = 0, BreakAfter = 1000 }, Failing(), Failing());
        var tries = new List<int>();
        for (var i = 0; i < 3; i++) tries.Add((await _dispatcher.SendAsync(service, Call(), TestContext.Current.CancellationToken)).Tries);
        Assert.Equal(new[] { 3, 1, 1 }, tries);
    }

    [Fact]
    public async Task SendAsync_OneIsFrozen_TheOtherAnswersAndTheFrozenOneIsLeftAlone()
    {
        var frozen = new FakeUpstream(async (_, ct) =>
        {
            try { await Task.Delay(Timeout.Infinite, ct); }
            catch (OperationCanceledException) { /* Given up. */ }
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, "frozen"));
        });
        var service = Service(new ResilienceDefinition { HedgeAfterMs = 10 }, frozen, Answering("b"));
        for (var i = 0; i < 40; i++) Assert.Null((await _dispatcher.SendAsync(service, Call(), TestContext.Current.CancellationToken)).Reply.Error);
        Assert.Equal(5, service.Route.Backends[0].Counts.Overtaken);
        Assert.False(service.Route.Backends[0].IsAvailable);
        Assert.Equal(0, service.Route.Backends[0].Pending);
    }

    [Fact]
    public async Task SendAsync_DeadlinePasses_EndsEveryTry()
    {
        var ended = new TaskCompletionSource();
        var frozen = new FakeUpstream(async (_, ct) =>
        {
            try { await Task.Delay(Timeout.Infinite, ct); }
            catch (OperationCanceledException) { ended.SetResult(); }
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, "frozen"));
        });
        var service = Service(new ResilienceDefinition(), frozen);
        var dispatched = await _dispatcher.SendAsync(service, Call(TimeSpan.FromMilliseconds(30)), TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.DeadlineExceeded, dispatched.Reply.Error!.Code);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task SendAsync_CallerGoesAway_EndsEveryTryAndBlamesNobody()
    {
        var (asked, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = new FakeUpstream(async (_, ct) =>
        {
            asked.SetResult();
            try { await Task.Delay(Timeout.Infinite, ct); }
            catch (OperationCanceledException) { ended.SetResult(); }
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, "given up"));
        });
        var service = Service(new ResilienceDefinition { HedgeAfterMs = 60_000 }, slow);
        using var gone = new CancellationTokenSource();
        var sending = _dispatcher.SendAsync(service, Call(), gone.Token).AsTask();
        await asked.Task;
        await gone.CancelAsync();
        Assert.Equal(ErrorCode.Cancelled, (await sending).Reply.Error!.Code);
        await ended.Task;
        Assert.Equal((0L, 0), (service.Route.Backends[0].Counts.Failures, service.Route.Backends[0].Pending));
    }

    [Fact]
    public async Task SendAsync_CallersGiveUpOnAFrozenBackend_ItsBreakerOpens()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var frozen = new FakeUpstream(async (_, ct) =>
        {
            try { await Task.Delay(Timeout.Infinite, ct); }
            catch (OperationCanceledException) { /* Given up. */ }
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, "frozen"));
        });
        var service = Service(new ResilienceDefinition { Repeatable = false }, time, frozen);
        for (var i = 0; i < 5; i++)
        {
            using var gone = new CancellationTokenSource();
            var sending = new Dispatcher(time).SendAsync(service, Call(time), gone.Token).AsTask();
            time.Advance(TimeSpan.FromMilliseconds(service.Route.HedgeAfterMs));
            await gone.CancelAsync();
            await sending;
        }
        Assert.False(service.Route.Backends[0].IsAvailable);
    }

    private static LiveService Service(ResilienceDefinition rules, params FakeUpstream[] upstreams) => Service(rules, Time, upstreams);

    private static LiveService Service(ResilienceDefinition rules, TimeProvider time, params FakeUpstream[] upstreams)
    {
        // All traffic begins at the first one.
        var definition = new ServiceDefinition { Policy = "priority", Resilience = rules, Backends = [.. upstreams.Select((_, i) => new BackendDefinition { Name = $"b{i}", Url = "http://x", Priority = i })] };
        return new LiveService(new ServiceRoute("s", definition, 0, null, time, new Random(1)), [.. upstreams], 1, null, null);
    }

    private static PredictionCall Call(TimeSpan within) => Call(Time, within);

    private static PredictionCall Call(TimeProvider? time = null, TimeSpan? within = null) => new() { Body = "{}"u8.ToArray(), ContentType = "application/json", Repeatable = true, Deadline = (time ?? Time).GetTimestamp() + (long)((within ?? TimeSpan.FromMinutes(1)).TotalSeconds * (time ?? Time).TimestampFrequency) };

    private static FakeUpstream Answering(string text) => new((_, _) => ValueTask.FromResult(UpstreamReply.Whole(System.Text.Encoding.UTF8.GetBytes(text), "text/plain")));

    private static FakeUpstream Failing(bool neverSent = false) => new((_, _) => ValueTask.FromResult(UpstreamReply.Failed(new Error(ErrorCode.Unavailable, "down"), neverSent: neverSent)));

    private static FakeUpstream Refusing() => new((_, _) => ValueTask.FromResult(UpstreamReply.Failed(new Error(ErrorCode.InvalidArgument, "bad"), backendFault: false)));

    private sealed class FakeUpstream(Func<PredictionCall, CancellationToken, ValueTask<UpstreamReply>> answer) : IUpstream
    {
        public ValueTask<UpstreamReply> SendAsync(PredictionCall call, CancellationToken ct) => answer(call, ct);

        public string Host => "x";

        public string Target => "http://x";

        public Task<string?> ProbeAsync(CancellationToken ct) => Task.FromResult<string?>(null);
    }
}
