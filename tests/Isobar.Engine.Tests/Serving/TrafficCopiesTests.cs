using System.Collections.Concurrent;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isobar.Engine.Tests.Serving;

public sealed class TrafficCopiesTests : IAsyncLifetime
{
    private readonly EngineFixture _engine = new();

    public async ValueTask InitializeAsync() => await _engine.StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task InvokeAsync_ShadowAndCapture_SeeTheRequestAndNeverAnswer()
    {
        var seen = new Seen();
        await using var feed = new ObserverFeed([seen], NullLogger<ObserverFeed>.Instance);
        var shadows = new ShadowTraffic(feed, TimeProvider.System);
        await using var endpoints = new Endpoints(_engine.Get<Engine.State.IStateStore>(), _engine.Get<RunnerFactory>(), feed, shadows, TimeProvider.System);
        var spec = TestGraphs.Endpoint(await LinearAsync("a", 2)) with
        {
            Shadows = [await LinearAsync("s", 3)],
            Capture = new CaptureSpec(100, new(TestGraphs.Bucket, "captured/")),
        };
        await endpoints.CreateAsync(spec, default);
        await endpoints.WaitAsync(spec.Id, default);
        using (var reply = await endpoints.InvokeAsync(spec.Id, new Invocation { Body = "5"u8.ToArray(), ContentType = "text/csv", Accept = "text/csv", InferenceId = "i-1" }, default))
            Assert.Equal(("10", "a"), (reply.Text(), reply.InvokedVariant));
        var both = new[] { await seen.NextAsync(), await seen.NextAsync() }.OrderBy(o => o.Shadow).ToArray();

        Assert.Equal([("a", false, "10\n"), ("s", true, "15\n")], both.Select(o => (o.Variant, o.Shadow, System.Text.Encoding.UTF8.GetString(o.Reply.Span))));
        Assert.All(both, o => Assert.Equal(("5", "i-1", 200), (System.Text.Encoding.UTF8.GetString(o.Request.Span), o.InferenceId, o.Status)));
    }

    private async Task<VariantSpec> LinearAsync(string name, params float[] weights) =>
        TestGraphs.Variant(name, await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), $"{name}.onnx", TestGraphs.Linear(weights)));

    private sealed class Seen : IInvocationObserver
    {
        private readonly System.Threading.Channels.Channel<ObservedInvocation> _all = System.Threading.Channels.Channel.CreateUnbounded<ObservedInvocation>();

        public ValueTask OnInvocationAsync(ObservedInvocation invocation, CancellationToken ct) => _all.Writer.WriteAsync(invocation, ct);

        public ValueTask<ObservedInvocation> NextAsync() => _all.Reader.ReadAsync();
    }
}
