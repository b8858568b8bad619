using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Isobar.Faults.Cluster;

/// <summary>What one silo does for all is done once, and goes on when it is gone; and a silo whose database is away can be ended.</summary>
public sealed class ClusterLeaderTests
{
    /// <summary>Silos write down every two seconds what they have counted.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30), Exchanged = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Leader_Killed_AlertsGoOnAndComeOnce()
    {
        await using var lab = await ClusterLab.StartAsync();
        using var webhook = new Webhook();
        var silos = lab.Silos;

        // 1. The same change under one key, to both silos at the same moment: it is made once, and both answer alike.
        var service = """{"backends": [{"name": "one", "url": "http://127.0.0.1:9/predict"}]}""";
        for (var i = 0; i < 10; i++)
        {
            var answers = await Task.WhenAll(silos.Select(s => PutAsync(lab, s, $"/v1/services/s{i}", service, $"key-{i}")));
            Assert.All(answers, a => Assert.Equal((HttpStatusCode.Created, "\"1\""), (a.Status, a.Tag)));
            Assert.Single(answers, a => a.Replayed);
        }
        Assert.Equal(10, (await lab.GetAsync(silos[0], "/v1/audit")).AsArray().Count(e => e!["what"]!.GetValue<string>() == "service.put"));

        // 2. A budget that is spent at once: all silos see it, and it is told once.
        await lab.ApplyAsync(silos[0], ClusterLab.Points(40, 2), change: m =>
        {
            m["budget"] = new JsonObject { ["monthly"] = 1000, ["warnAt"] = 0.0000001, ["stopNewWork"] = false };
            m["alerts"] = new JsonArray(new JsonObject { ["webhook"] = webhook.Address });
        });
        await lab.SettledAsync(silos[1], revision: 1);

        // A key's day is one for all silos: what one has let through the other one knows soon.
        await PutAsync(lab, silos[0], "/v1/services/guarded", """{"access": "keys", "backends": [{"name": "a", "cloud": "aws-a", "endpoint": "pair-line"}]}""", "guarded");
        using (var made = await lab.Http.PostAsync(silos[0].Control + "/v1/gateway/keys", new StringContent("""{"name": "till", "dailyRequests": 20}""", Encoding.UTF8, "application/json")))
        {
            var key = JsonNode.Parse(await made.Content.ReadAsStringAsync())!["key"]!.GetValue<string>();
            await Task.Delay(Exchanged);
            Assert.Equal(15, await LetThroughAsync(lab, silos[0], key, 15));
            await Task.Delay(Exchanged);
            Assert.Equal(5, await LetThroughAsync(lab, silos[1], key, 15));
        }

        // 3. The silo that tells for all is killed. What happens then is told by the other one.
        var leader = await LeaderAsync(lab);
        var other = silos[1 - leader];
        await silos[leader].KillAsync();
        var before = webhook.Heard.Count;
        await Lab.UntilAsync(() => lab.GetAsync(other, "/v1/cluster").Result["leads"]!.GetValue<bool>(), "The other silo leads");
        Lab.Ok(await lab.Clouds[0].Cloud.Serving.DeleteAsync("pair-line"));
        await Lab.UntilAsync(() => webhook.Heard.Skip(before).Any(h => h.Message.Contains("aws-a", StringComparison.Ordinal)), "It is told that the endpoint was gone");
        Assert.Equal(webhook.Heard.Count, webhook.Heard.Select(h => h.Delivery).Distinct().Count());
        var events = (await lab.GetAsync(other, "/v1/events?project=pair")).AsArray();
        Assert.True(events.Count(e => e!["kind"]!.GetValue<string>() == "budget") <= 1, events.ToJsonString());

        // 4. The database goes, and then the silo is told to end: it does not wait for it.
        await lab.Postgres.BreakAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
        var watch = Stopwatch.StartNew();
        await other.SignalAsync("TERM");
        Assert.Equal(0, await other.ExitAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"a silo without its database ended after {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(watch.Elapsed < Soon, $"{watch.Elapsed}");
        // In five seconds the database was tried for at least five times.
        Assert.Single(await lab.LogAsync(1 - leader), l => l.Contains("The database of the cluster is away", StringComparison.Ordinal));
    }

    private static async Task<int> LetThroughAsync(ClusterLab lab, ChildServer silo, string key, int times)
    {
        var through = 0;
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, silo.Control + "/endpoints/guarded/invocations") { Content = new StringContent("5\n", Encoding.UTF8, "text/csv") };
            request.Headers.Authorization = new("Bearer", key);
            using var reply = await lab.Http.SendAsync(request);
            Assert.True(reply.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
            if (reply.IsSuccessStatusCode) through++;
        }
        return through;
    }

    private static async Task<int> LeaderAsync(ClusterLab lab)
    {
        for (var i = 0; ; i = 1 - i)
        {
            if ((await lab.GetAsync(lab.Silos[i], "/v1/cluster"))["leads"]!.GetValue<bool>()) return i;
            await Task.Delay(50);
        }
    }

    private static async Task<(HttpStatusCode Status, string? Tag, bool Replayed)> PutAsync(ClusterLab lab, ChildServer silo, string path, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, silo.Control + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        using var reply = await lab.Http.SendAsync(request);
        return (reply.StatusCode, reply.Headers.ETag?.Tag, reply.Headers.Contains("Idempotent-Replayed"));
    }
}
