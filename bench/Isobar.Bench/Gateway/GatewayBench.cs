using System.Text;
using System.Text.Json.Nodes;
using Isobar.Bench.Harness;
using Isobar.Bench.Invoke;

namespace Isobar.Bench.Gateway;

/// <summary>
/// The gateway with routing over two backends, health checks, metering and an API key, beside nginx, HAProxy and bare YARP, all before the same upstream, which is
/// also asked directly. They take turns; the table shows medians, and the medians of each round's ratios.
/// </summary>
internal static class GatewayBench
{
    private const string Body = "5.1,3.5,1.4,0.2";

    public static async Task RunAsync(int rounds)
    {
        await using var upstream = await ServerUnderTest.OwnAsync("direct", "upstream", "2");
        var addresses = upstream.Url.Split(' ');
        await using var nginx = await Proxies.NginxAsync(addresses[0]);
        await using var haproxy = await Proxies.HaProxyAsync(addresses[0]);
        await using var yarp = await ServerUnderTest.OwnAsync("bare YARP", "bare-yarp", addresses[0]);
        await using var isobar = await ServerUnderTest.IsobarAsync();
        var key = await SetUpAsync(isobar.Control!, addresses);
        (ServerUnderTest Server, string Url, string? Key)[] all =
        [
            (upstream, addresses[0] + "/predict", null),
            (nginx, nginx.Url + "/predict", null),
            (haproxy, haproxy.Url + "/predict", null),
            (yarp, yarp.Url + "/predict", null),
            (isobar, isobar.Control + "/v1/models/bench/predict", key),
        ];
        foreach (var (_, url, bearer) in all) await Wrk.RunAsync(url, Body, 32, 4, bearer);
        foreach (var connections in new[] { 1, 32 })
        {
            var results = all.ToDictionary(s => s.Server, _ => new List<Measured>());
            for (var round = 0; round < rounds; round++)
                foreach (var (server, url, bearer) in all.Skip(round % all.Length).Concat(all.Take(round % all.Length)))
                    results[server].Add(await Wrk.RunAsync(url, Body, connections, 4, bearer));
            Console.WriteLine($"{connections} connections, {rounds} rounds of 4 s, medians");
            Console.WriteLine($"{"",-12}{"requests/s",14}{"p50 ms",10}{"p99 ms",10}{"rate of isobar",16}{"p50 of isobar",16}{"p50 added",12}");
            foreach (var (server, _, _) in all)
            {
                var m = results[server];
                var rate = Measured.Median(results[isobar].Zip(m, (a, b) => a.PerSecond / b.PerSecond));
                var p50 = Measured.Median(results[isobar].Zip(m, (a, b) => a.P50Ms / b.P50Ms));
                var added = Measured.Median(m.Zip(results[upstream], (a, b) => a.P50Ms - b.P50Ms));
                var name = server == isobar ? "isobar" : server.Name;
                Console.WriteLine($"{name,-12}{Measured.Median(m.Select(x => x.PerSecond)),14:n0}{Measured.Median(m.Select(x => x.P50Ms)),10:n3}{Measured.Median(m.Select(x => x.P99Ms)),10:n3}{rate,16:n2}{p50,16:n2}{added,12:n3}");
            }
        }
        Console.WriteLine($"memory of isobar: {isobar.MemoryMb} MB, of bare YARP: {yarp.MemoryMb} MB");
    }

    private static async Task<string> SetUpAsync(string control, string[] addresses)
    {
        using var http = new HttpClient();
        var made = await PostAsync(http, HttpMethod.Post, control + "/v1/gateway/keys", new JsonObject { ["name"] = "bench", ["requestsPerSecond"] = 1_000_000, ["burst"] = 1_000_000 });
        await PostAsync(http, HttpMethod.Put, control + "/v1/services/bench", new JsonObject
        {
            ["backends"] = new JsonArray([.. addresses.Select((a, i) => (JsonNode)new JsonObject { ["name"] = $"b{i}", ["url"] = a + "/predict" })]),
            ["access"] = "keys",
        });
        return made["key"]!.GetValue<string>();
    }

    private static async Task<JsonNode> PostAsync(HttpClient http, HttpMethod method, string url, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, url) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException(text);
    }
}
