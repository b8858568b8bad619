using System.Diagnostics;
using Isobar.Bench.Harness;
using Isobar.Bench.S3;

namespace Isobar.Bench.Blobs;

/// <summary>
/// Put and get of 1 KB and 256 MB over kept-alive connections: Azure Blob beside Azurite, and Cloud Storage beside s3rver, since no emulator of Cloud
/// Storage comes from npm or Debian. The servers take turns within each round; medians, and the median of each round's ratio.
/// </summary>
internal static class BlobsBench
{
    private const long Large = 256 * 1024 * 1024;
    private static readonly byte[] Small = Random(1024);
    private static readonly byte[] Block = Random(256 * 1024);

    public static async Task RunAsync(int rounds)
    {
        await using var ours = await ServerUnderTest.IsobarAsync();
        await using var azurite = await ServerUnderTest.NodeAsync("azurite", "azurite.mjs");
        await using var s3rver = await ServerUnderTest.NodeAsync("s3rver", "s3rver.mjs");
        await PairAsync([new AzureBlobs("Azure Blob", ours.Azure!, ""), .. azurite is null ? Array.Empty<IBlobDialect>() : [new AzureBlobs("Azurite", azurite.Url, AzuriteSignature.Query())]], rounds);
        await PairAsync([new GoogleObjects(ours.Google!), .. s3rver is null ? Array.Empty<IBlobDialect>() : [new S3Objects(s3rver.Url)]], rounds);
        foreach (var server in new[] { ours, azurite, s3rver }.OfType<ServerUnderTest>()) Console.WriteLine($"memory of {server.Name} at the end: {server.MemoryMb} MB");
    }

    private static async Task PairAsync(IBlobDialect[] dialects, int rounds)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { Timeout = TimeSpan.FromMinutes(10) };
        var results = dialects.ToDictionary(d => d, _ => new Dictionary<string, List<Measured>>());
        foreach (var dialect in dialects)
        {
            await SendAsync(http, dialect.MakeContainer());
            await SmallAsync(http, dialect, [], 300);
        }
        for (var round = 0; round < rounds; round++)
            foreach (var dialect in round % 2 == 0 ? dialects : dialects.Reverse())
            {
                await SmallAsync(http, dialect, results[dialect], 3000);
                await LargeAsync(http, dialect, results[dialect]);
            }
        Console.WriteLine($"{rounds} rounds, medians; ratio = {dialects[0].Name} / peer per round, median");
        Console.WriteLine($"{"",-24}{string.Concat(dialects.Select(d => $"{d.Name + " /s",18}{"p50 ms",10}{"p99 ms",10}"))}{"ratio",10}");
        foreach (var name in results[dialects[0]].Keys)
        {
            var columns = dialects.Select(d => results[d][name]).Select(m => $"{Measured.Median(m.Select(x => x.PerSecond)),18:n0}{Measured.Median(m.Select(x => x.P50Ms)),10:n2}{Measured.Median(m.Select(x => x.P99Ms)),10:n2}");
            var ratio = dialects.Length < 2 ? "" : $"{Measured.Median(results[dialects[0]][name].Zip(results[dialects[1]][name], (a, b) => a.PerSecond / b.PerSecond)):n2}";
            Console.WriteLine($"{name,-24}{string.Concat(columns)}{ratio,10}");
        }
    }

    private static async Task SmallAsync(HttpClient http, IBlobDialect dialect, Dictionary<string, List<Measured>> results, int count)
    {
        foreach (var callers in new[] { 1, 32 })
        {
            var total = callers == 1 ? count / 3 : count;
            Add(results, $"put 1 KB, {callers} callers", await Measured.OperationsAsync(total, callers, i =>
            {
                // Distinct contents: equal ones would share their blob.
                var body = Small.ToArray();
                BitConverter.TryWriteBytes(body, Stopwatch.GetTimestamp());
                return SendAsync(http, dialect.Put($"small-{i % 1000}", new ByteArrayContent(body)));
            }));
            Add(results, $"get 1 KB, {callers} callers", await Measured.OperationsAsync(total, callers, async i =>
            {
                if (await SendAsync(http, dialect.Get($"small-{i % 100}")) != Small.Length) throw new InvalidDataException();
            }));
        }
    }

    private static async Task LargeAsync(HttpClient http, IBlobDialect dialect, Dictionary<string, List<Measured>> results)
    {
        Add(results, "put 256 MB (MB/s)", await Measured.TransferAsync(Large, () => SendAsync(http, dialect.Put("large", new RandomContent(Block, Large)))));
        Add(results, "get 256 MB (MB/s)", await Measured.TransferAsync(Large, async () =>
        {
            if (await SendAsync(http, dialect.Get("large")) != Large) throw new InvalidDataException();
        }));
        await SendAsync(http, dialect.Delete("large"));
    }

    /// <summary>Sends and reads the answer to its end; returns its bytes.</summary>
    private static async Task<long> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{request.RequestUri}: {await answer.Content.ReadAsStringAsync()}");
            await using var body = await answer.Content.ReadAsStreamAsync();
            var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(256 * 1024);
            long total = 0;
            for (int read; (read = await body.ReadAsync(buffer)) > 0;) total += read;
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            return total;
        }
    }

    private static void Add(Dictionary<string, List<Measured>> results, string name, Measured measured)
    {
        if (!results.TryGetValue(name, out var list)) results[name] = list = [];
        list.Add(measured);
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
