using System.Text;

namespace Isobar.Faults.Gateway;

/// <summary>
/// A service with three backends, of which one misbehaves under a steady load, each time in another way: no request fails, answers never pause for long, and the backend has
/// its traffic again once it is well. Every process is real, and every fault is really done.
/// </summary>
public sealed class GatewayFaultTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-gateway-").FullName;
    private readonly HttpClient _http = new();
    private ChildServer _server = null!;
    private UpstreamProcess[] _upstreams = [];
    private SeverableLink _link = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ChildServer.StartAsync(Path.Combine(_folder, "data"));
        _upstreams = await Task.WhenAll(new[] { "a", "b", "c" }.Select(UpstreamProcess.StartAsync));
        _link = new SeverableLink(_upstreams[0].Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _link.DisposeAsync();
        foreach (var upstream in _upstreams) await upstream.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Service_OneBackendFailsInEveryWay_FailsNoRequest()
    {
        var bad = _upstreams[0];
        await DefineAsync("faults");
        // Frozen and severed come last: they leave connections behind that are only given up one by one.
        await PassAsync("faults", "killed (SIGKILL)", bad.KillAsync, bad.StartAsync, mute: true);
        await BehavesAsync("503", "answers 503");
        await BehavesAsync("429", "throttles (429, Retry-After)");
        await BehavesAsync("skewed", "clock five hours ahead: every deadline has passed");
        await BehavesAsync("slow", "a second slower", mute: false);
        await BehavesAsync("reset", "resets connections");
        await BehavesAsync("cut", "breaks off in the middle of a body");
        await BehavesAsync("stall", "stalls in the middle of a body");
        await PassAsync("faults", "killed and back, three times", FlapAsync, () => Task.CompletedTask);
        await PassAsync("faults", "frozen (SIGSTOP)", bad.FreezeAsync, bad.ThawAsync);
        await DefineAsync("linked", linked: true);
        await PassAsync("linked", "partitioned: connections open, no byte passes", () => SetAsync(LinkFault.Severed), () => SetAsync(LinkFault.None));

        Task BehavesAsync(string mode, string fault, bool mute = true) => PassAsync("faults", fault, () => bad.BehaveAsync(mode), () => bad.BehaveAsync("well"), mute);

        async Task FlapAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                await bad.KillAsync();
                await Task.Delay(300);
                await bad.StartAsync();
                await Task.Delay(300);
            }
        }

        Task SetAsync(LinkFault fault)
        {
            _link.Fault = fault;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Service_AllBackendsGone_SaysSoAndComesBack()
    {
        await DefineAsync("gone");
        foreach (var upstream in _upstreams) await upstream.KillAsync();
        using var refused = await AskAsync("gone");
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.True(refused.Headers.Contains("Retry-After"));
        await Task.WhenAll(_upstreams.Select(u => u.StartAsync()));
        await Lab.UntilAsync(async () => Core.Results.Result<bool>.Ok(await AnswersAsync("gone")), answers => answers);
    }

    private Task PassAsync(string service, string fault, Func<Task> begin, Func<Task> end, bool mute = false) =>
        FaultPass.RunAsync(new GatewayLoad($"{_server.Control}/v1/models/{service}/predict"), _upstreams[0].Name, fault, begin, end, mute);

    private async Task DefineAsync(string service, bool linked = false)
    {
        var backends = string.Join(", ", _upstreams.Select(u => $$"""{"name": "{{u.Name}}", "url": "{{(linked && u == _upstreams[0] ? _link.Url + "/predict" : u.Url)}}"}"""));
        using var reply = await _http.PutAsync($"{_server.Control}/v1/services/{service}", new StringContent($$"""{"backends": [{{backends}}]}""", Encoding.UTF8, "application/json"));
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    private async Task<bool> AnswersAsync(string service)
    {
        using var reply = await AskAsync(service);
        return reply.IsSuccessStatusCode;
    }

    private Task<HttpResponseMessage> AskAsync(string service) => _http.PostAsync($"{_server.Control}/v1/models/{service}/predict", new StringContent("{}", Encoding.UTF8, "application/json"));
}
