using System.Text;

namespace Isobar.Faults.Gateway;

/// <summary>
/// A service with three backends, of which one misbehaves under a steady load, each time in another way: no request fails, answers never pause for long, and the backend has
/// its traffic again once it is well. Every process is real, and every fault is really done.
/// </summary>
public sealed class GatewayFaultTests : IAsyncLifetime
{
    private const int Callers = 8, Enough = 150;
    // Whatever the machine is doing: a request that waited for a frozen backend's timeout would take ten seconds.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-gateway-").FullName;
    private readonly HttpClient _http = new();
    private ChildServer _server = null!;
    private UpstreamProcess[] _upstreams = [];

    public async ValueTask InitializeAsync()
    {
        _server = await ChildServer.StartAsync(Path.Combine(_folder, "data"));
        _upstreams = await Task.WhenAll(new[] { "a", "b", "c" }.Select(UpstreamProcess.StartAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var upstream in _upstreams) await upstream.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Service_OneBackendFailsInEveryWay_FailsNoRequest()
    {
        var bad = _upstreams[0];
        await DefineAsync("faults");
        // Frozen comes last: it leaves connections behind that are only given up one by one.
        await PassAsync("faults", "killed", bad.KillAsync, bad.StartAsync);
        await PassAsync("faults", "503", () => bad.BehaveAsync("503"), () => bad.BehaveAsync("well"));
        await PassAsync("faults", "reset", () => bad.BehaveAsync("reset"), () => bad.BehaveAsync("well"));
        await PassAsync("faults", "cut", () => bad.BehaveAsync("cut"), () => bad.BehaveAsync("well"));
        await PassAsync("faults", "stalled in the middle of a body", () => bad.BehaveAsync("stall"), () => bad.BehaveAsync("well"));
        await PassAsync("faults", "killed again after it had recovered", bad.KillAsync, bad.StartAsync);
        await PassAsync("faults", "frozen", bad.FreezeAsync, bad.ThawAsync);
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

    private async Task PassAsync(string service, string fault, Func<Task> begin, Func<Task> end)
    {
        var bad = _upstreams[0].Name;
        var load = new GatewayLoad($"{_server.Control}/v1/models/{service}/predict");
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(Callers, stop.Token);
        try
        {
            await Lab.UntilAsync(() => load.Of(bad) >= 20, $"{fault}: {bad} has traffic before");
            var before = load.Requests;
            await begin();
            await Lab.UntilAsync(() => load.Requests >= before + Enough, $"{fault}: requests while it lasts");
            await end();
            var answers = load.Of(bad);
            await Lab.UntilAsync(() => load.Of(bad) >= answers + 20, $"{fault}: {bad} has traffic again");
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
        Assert.True(load.Failures.Count == 0, $"{fault}: {load.Failures.Count} of {load.Requests} failed, such as: {load.Failures.FirstOrDefault()}");
        Assert.True(load.LongestGap < LongestGap, $"{fault}: nothing was answered for {load.LongestGap}.");
        TestContext.Current.SendDiagnosticMessage($"{fault}: {load.Requests} requests, 0 failed, longest gap {load.LongestGap.TotalMilliseconds:0} ms");
    }

    private async Task DefineAsync(string service)
    {
        var backends = string.Join(", ", _upstreams.Select(u => $$"""{"name": "{{u.Name}}", "url": "{{u.Url}}"}"""));
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
