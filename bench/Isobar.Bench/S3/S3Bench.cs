using System.Diagnostics;
using System.Net;
using Isobar.Bench.Harness;

namespace Isobar.Bench.S3;

/// <summary>
/// Put and get of 1 KB and 1 GB, unsigned, over kept-alive connections, beside s3rver. The two servers take turns within each round, and the table
/// shows the median of each round's ratio. Isobar's puts are on the disk when they are answered; s3rver's are in the page cache.
/// </summary>
internal static class S3Bench
{
    private const long Large = 1024 * 1024 * 1024;
    private static readonly byte[] Small = RandomBytes(1024);
    private static readonly byte[] Block = RandomBytes(256 * 1024);

    public static async Task RunAsync(int rounds)
    {
        await using var ours = await ServerUnderTest.IsobarAsync();
        await using var peer = await ServerUnderTest.NodeAsync("s3rver", "s3rver.mjs");
        var servers = peer is null ? [ours] : new[] { ours, peer };
        var results = servers.ToDictionary(s => s, _ => new Dictionary<string, List<Measured>>());
        foreach (var server in servers)
        {
            using var http = Client(server);
            (await http.PutAsync("/bench", null)).EnsureSuccessStatusCode();
            await SmallAsync(server, [], 500);
        }
        for (var round = 0; round < rounds; round++)
        {
            foreach (var server in round % 2 == 0 ? servers : servers.Reverse())
            {
                await SmallAsync(server, results[server], 3000);
                await LargeAsync(server, results[server]);
            }
        }
        Print(servers, results, rounds);
    }

    private static async Task SmallAsync(ServerUnderTest server, Dictionary<string, List<Measured>> results, int count)
    {
        using var http = Client(server);
        foreach (var callers in new[] { 1, 32 })
        {
            var total = callers == 1 ? count / 3 : count;
            Add(results, $"put 1 KB, {callers} callers", await Measured.OperationsAsync(total, callers, async i =>
            {
                // Distinct contents: equal ones would share their blob.
                var body = Small.ToArray();
                BitConverter.TryWriteBytes(body, Stopwatch.GetTimestamp());
                using var answer = await http.PutAsync($"/bench/small/{i % 1000}", new ByteArrayContent(body));
                answer.EnsureSuccessStatusCode();
            }));
            Add(results, $"get 1 KB, {callers} callers", await Measured.OperationsAsync(total, callers, async i =>
            {
                if ((await http.GetByteArrayAsync($"/bench/small/{i % 500}")).Length != Small.Length) throw new InvalidDataException();
            }));
        }
    }

    private static async Task LargeAsync(ServerUnderTest server, Dictionary<string, List<Measured>> results)
    {
        using var http = Client(server);
        Add(results, "put 1 GB (MB/s)", await Measured.TransferAsync(Large, async () => (await http.PutAsync("/bench/large", new RandomContent(Block, Large))).EnsureSuccessStatusCode()));
        Add(results, "get 1 GB (MB/s)", await Measured.TransferAsync(Large, async () =>
        {
            using var answer = await http.GetAsync("/bench/large", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            var buffer = new byte[256 * 1024];
            long total = 0;
            for (int read; (read = await body.ReadAsync(buffer)) > 0;) total += read;
            if (total != Large) throw new InvalidDataException($"{total} bytes came back.");
        }));
        (await http.DeleteAsync("/bench/large")).EnsureSuccessStatusCode();
    }

    private static void Print(ServerUnderTest[] servers, Dictionary<ServerUnderTest, Dictionary<string, List<Measured>>> results, int rounds)
    {
        Console.WriteLine($"{rounds} rounds, medians; ratio = isobar / peer per round, median");
        Console.WriteLine($"{"",-24}{string.Concat(servers.Select(s => $"{s.Name + " /s",14}{"p50 ms",10}{"p99 ms",10}"))}{"ratio",10}");
        foreach (var name in results[servers[0]].Keys)
        {
            var columns = servers.Select(s => results[s][name]).Select(m => $"{Measured.Median(m.Select(x => x.PerSecond)),14:n0}{Measured.Median(m.Select(x => x.P50Ms)),10:n2}{Measured.Median(m.Select(x => x.P99Ms)),10:n2}");
            var ratio = servers.Length < 2 ? "" : $"{Measured.Median(results[servers[0]][name].Zip(results[servers[1]][name], (a, b) => a.PerSecond / b.PerSecond)):n2}";
            Console.WriteLine($"{name,-24}{string.Concat(columns)}{ratio,10}");
        }
        foreach (var server in servers) Console.WriteLine($"memory of {server.Name} at the end: {server.MemoryMb} MB");
    }

    private static HttpClient Client(ServerUnderTest server) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 64, AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromMinutes(10) };

    private static void Add(Dictionary<string, List<Measured>> results, string name, Measured measured)
    {
        if (!results.TryGetValue(name, out var list)) results[name] = list = [];
        list.Add(measured);
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
