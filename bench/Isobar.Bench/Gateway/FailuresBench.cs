using System.Globalization;
using System.Text;
using Isobar.Bench.Harness;
using Isobar.Faults.Gateway;

namespace Isobar.Bench.Gateway;

/// <summary>
/// The gateway, nginx, HAProxy and YARP before three model servers of which one fails, each time in another way, under a steady load: how many requests fail, the longest time
/// in which nobody gets an answer, and the slowest right answer. Every fault is really done, to processes of their own that are made anew for each proxy and fault.
/// </summary>
internal static class FailuresBench
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2), During = TimeSpan.FromSeconds(12), After = TimeSpan.FromSeconds(4);

    private sealed record Fault(string Name, Func<UpstreamProcess, Task> Begin, Func<UpstreamProcess, Task> End);

    private static readonly Fault[] Faults =
    [
        new("killed (SIGKILL)", u => u.KillAsync(), u => u.StartAsync()),
        new("frozen (SIGSTOP)", u => u.FreezeAsync(), u => u.ThawAsync()),
        Behaving("resets connections", "reset"),
        Behaving("answers 503", "503"),
        Behaving("stalls in the middle of a body", "stall"),
        new("killed and back, again and again", FlapAsync, _ => Task.CompletedTask),
    ];

    public static async Task RunAsync(int rounds)
    {
        Func<string[], Task<(ServerUnderTest Server, string Url)>>[] proxies = [IsobarAsync, Plain(Proxies.NginxAsync), Plain(Proxies.HaProxyAsync), Plain(u => ServerUnderTest.OwnAsync("YARP", ["bare-yarp", .. u]))];
        Console.WriteLine($"one of three upstreams fails for {During.TotalSeconds:0} s, 8 callers, {rounds} rounds: of all rounds requests and failures, the longest gap and the slowest right answer");
        foreach (var fault in Faults)
            foreach (var proxy in proxies)
            {
                var (name, all) = ("", new List<Met>());
                for (var round = 0; round < rounds; round++)
                {
                    var (who, met) = await PassAsync(proxy, fault);
                    name = who;
                    all.Add(met);
                }
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault.Name,-34}{name,-10}{all.Sum(m => m.Requests),8} requests{all.Sum(m => m.Failed),7} failed{all.Max(m => m.LongestGap).TotalMilliseconds,9:0} ms gap{all.Max(m => m.Slowest).TotalMilliseconds,9:0} ms slowest"));
            }
    }

    private static async Task<(string Name, Met Met)> PassAsync(Func<string[], Task<(ServerUnderTest Server, string Url)>> proxy, Fault fault)
    {
        var upstreams = await Task.WhenAll(new[] { "a", "b", "c" }.Select(UpstreamProcess.StartAsync));
        try
        {
            var (server, url) = await proxy([.. upstreams.Select(u => u.Url[..u.Url.LastIndexOf('/')])]);
            await using var ends = server;
            // What runs code for the first time is not what is measured.
            using (var warm = new CancellationTokenSource(Before)) await new SteadyLoad(url).RunAsync(warm.Token);
            using var stop = new CancellationTokenSource();
            var running = new SteadyLoad(url).RunAsync(stop.Token);
            await Task.Delay(Before);
            var over = Task.Delay(During);
            await fault.Begin(upstreams[0]);
            await over;
            await fault.End(upstreams[0]);
            await Task.Delay(After);
            await stop.CancelAsync();
            return (server.Name, await running);
        }
        finally
        {
            foreach (var upstream in upstreams) await upstream.DisposeAsync();
        }
    }

    private static Fault Behaving(string name, string mode) => new(name, u => u.BehaveAsync(mode), u => u.BehaveAsync("well"));

    private static async Task FlapAsync(UpstreamProcess upstream)
    {
        for (var i = 0; i < 8; i++)
        {
            await upstream.KillAsync();
            await Task.Delay(600);
            await upstream.StartAsync();
            await Task.Delay(600);
        }
    }

    private static Func<string[], Task<(ServerUnderTest, string)>> Plain(Func<string[], Task<ServerUnderTest>> start) => async upstreams =>
    {
        var server = await start(upstreams);
        return (server, server.Url + "/predict");
    };

    private static async Task<(ServerUnderTest, string)> IsobarAsync(string[] upstreams)
    {
        var server = await ServerUnderTest.IsobarAsync();
        using var http = new HttpClient();
        var backends = string.Join(", ", upstreams.Select((u, i) => $$"""{"name": "b{{i}}", "url": "{{u}}/predict"}"""));
        using var reply = await http.PutAsync(server.Control + "/v1/services/bench", new StringContent($$"""{"backends": [{{backends}}]}""", Encoding.UTF8, "application/json"));
        if (!reply.IsSuccessStatusCode) throw new InvalidOperationException(await reply.Content.ReadAsStringAsync());
        return (server, server.Control + "/v1/models/bench/predict");
    }
}
