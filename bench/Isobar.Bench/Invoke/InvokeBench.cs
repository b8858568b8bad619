using System.Text;
using System.Text.Json.Nodes;
using Isobar.Bench.Harness;

namespace Isobar.Bench.Invoke;

/// <summary>
/// InvokeEndpoint with one CSV row of five numbers over kept-alive connections, 100 trees, beside a bare minimal API and beside fastify with
/// onnxruntime-node, all around the same graph. The servers take turns; the table shows the median of each round's ratio.
/// </summary>
internal static class InvokeBench
{
    public static async Task RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-model-").FullName;
        await using var ours = await ServerUnderTest.IsobarAsync();
        using var sageMaker = new SageMaker(ours);
        var rows = Flights.Rows();
        await sageMaker.MakeBucketAsync();
        await sageMaker.PutAsync("train/flights.csv", Encoding.ASCII.GetBytes(string.Join('\n', rows)));
        var (artifact, _) = await sageMaker.TrainAsync("bench", SageMaker.XgBoost, "text/csv", new JsonObject { ["objective"] = "binary:logistic", ["num_round"] = "100", ["max_depth"] = "5", ["eta"] = "0.1" });
        await sageMaker.ModelAsync("bench", SageMaker.XgBoost, artifact);
        await sageMaker.DeployAsync("bench", "bench");
        var model = await sageMaker.UnpackAsync(artifact, folder);

        await using var bare = await ServerUnderTest.BareAsync(model);
        await using var node = await ServerUnderTest.NodeAsync("fastify", "fastify.mjs", model);
        var servers = new (ServerUnderTest Server, string Path)[] { (ours, "/endpoints/bench/invocations"), (bare, "/invocations") }.ToList();
        if (node is not null) servers.Add((node, "/invocations"));
        var row = rows[4242][2..];
        await AgreeAsync(servers, row);
        foreach (var (server, path) in servers) await Wrk.RunAsync(server.Url + path, row, 16, 3);

        foreach (var connections in new[] { 1, 32 })
        {
            var results = servers.ToDictionary(s => s.Server, _ => new List<Measured>());
            for (var round = 0; round < rounds; round++)
                foreach (var (server, path) in servers.Skip(round % servers.Count).Concat(servers.Take(round % servers.Count)))
                    results[server].Add(await Wrk.RunAsync(server.Url + path, row, connections, 4));
            Console.WriteLine($"{connections} connections, {rounds} rounds of 4 s, medians");
            Console.WriteLine($"{"",-12}{"requests/s",14}{"p50 ms",10}{"p99 ms",10}{"rate of isobar",16}{"p99 of isobar",16}");
            foreach (var (server, _) in servers)
            {
                var m = results[server];
                var rate = Measured.Median(results[ours].Zip(m, (a, b) => a.PerSecond / b.PerSecond));
                var p99 = Measured.Median(results[ours].Zip(m, (a, b) => a.P99Ms / b.P99Ms));
                Console.WriteLine($"{server.Name,-12}{Measured.Median(m.Select(x => x.PerSecond)),14:n0}{Measured.Median(m.Select(x => x.P50Ms)),10:n3}{Measured.Median(m.Select(x => x.P99Ms)),10:n3}{rate,16:n2}{p99,16:n2}");
            }
        }
        foreach (var (server, _) in servers) Console.WriteLine($"memory of {server.Name}: {server.MemoryMb} MB");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task AgreeAsync(IEnumerable<(ServerUnderTest Server, string Path)> servers, string row)
    {
        using var http = new HttpClient();
        var answers = new List<float>();
        foreach (var (server, path) in servers)
        {
            using var answer = await http.PostAsync(server.Url + path, new StringContent(row, Encoding.UTF8, "text/csv"));
            answers.Add(float.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), System.Globalization.CultureInfo.InvariantCulture));
        }
        if (answers.Max() - answers.Min() > 1e-5) throw new InvalidDataException($"The servers disagree: {string.Join(", ", answers)}.");
    }
}
