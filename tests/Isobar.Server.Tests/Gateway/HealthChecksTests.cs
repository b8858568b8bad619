using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Health;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Server.Tests.Gateway;

/// <summary>How many services are checked: not all together, and what they share once.</summary>
public sealed class HealthChecksTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceTable _table = new();
    private readonly HealthChecks _checks;

    public HealthChecksTests() => _checks = new HealthChecks(_table, _time, NullLogger<HealthChecks>.Instance);

    public void Dispose() => _checks.Dispose();

    [Fact]
    public void Look_ManyEndpointsOfOneCloudThatDoesNotAnswer_OtherCloudsAreCheckedAllTheSame()
    {
        var silent = Enumerable.Range(0, 100).Select(i => new FakeUpstream("silent", $"silent/{i}")).ToList();
        var well = new FakeUpstream("well", "well/0");
        Show([.. silent, well]);
        for (var i = 0; i < 10; i++) Look();
        Assert.Equal(HealthChecks.MostOfOne, silent.Sum(u => u.Asked));
        Assert.Equal(1, well.Asked);
    }

    [Fact]
    public void Look_ManyEndpoints_EachHasItsTurn()
    {
        var upstreams = Enumerable.Range(0, 21).Select(i => new FakeUpstream("one", $"one/{i}")).ToArray();
        Show(upstreams);
        for (var i = 0; i < 6; i++)
        {
            Look();
            foreach (var upstream in upstreams) upstream.Answer(null);
        }
        Assert.All(upstreams, u => Assert.Equal(1, u.Asked));
    }

    [Fact]
    public void Look_ServicesShareAnEndpoint_ItIsAskedOnceAndFallsForAll()
    {
        var upstream = new FakeUpstream("one", "one/shared");
        var services = Show([.. Enumerable.Repeat(upstream, 50)]);
        for (var i = 0; i < 2; i++)
        {
            Look();
            upstream.Answer("It is gone.");
            Look();
            _time.Advance(TimeSpan.FromSeconds(5));
        }
        Assert.Equal(2, upstream.Asked);
        Assert.All(services, s => Assert.False(s.Route.Backends[0].Probe.IsUp));
    }

    private void Look()
    {
        _time.Advance(TimeSpan.FromMilliseconds(50));
        _checks.Look(CancellationToken.None);
    }

    private List<LiveService> Show(FakeUpstream[] upstreams)
    {
        var definition = new ServiceDefinition { Backends = [new BackendDefinition { Name = "b", Cloud = "c", Endpoint = "e" }] };
        var services = upstreams.Select((u, i) => new LiveService(new ServiceRoute($"s{i:000}", definition, 0, null, _time, new Random(1)), [u], 1, null, null)).ToList();
        _table.Replace(services.ToDictionary(s => s.Route.Name));
        return services;
    }

    private sealed class FakeUpstream(string host, string target) : IUpstream
    {
        private TaskCompletionSource<string?> _answer = new();

        public int Asked { get; private set; }
        public string Host => host;
        public string Target => target;

        public ValueTask<UpstreamReply> SendAsync(PredictionCall call, CancellationToken ct) => throw new NotSupportedException();

        public Task<string?> ProbeAsync(CancellationToken ct)
        {
            Asked++;
            return _answer.Task;
        }

        // Who waits goes on at once, on this thread.
        public void Answer(string? failure)
        {
            var answered = _answer;
            _answer = new();
            answered.SetResult(failure);
        }
    }
}
