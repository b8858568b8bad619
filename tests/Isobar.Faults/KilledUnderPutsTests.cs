using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;

namespace Isobar.Faults;

/// <summary>The server is killed while clients write, again and again on the same data: what was acknowledged is there, and every object is whole.</summary>
public sealed class KilledUnderPutsTests : IDisposable
{
    private const int Rounds = 5;
    private const int Writers = 8;
    private static readonly int[] Sizes = [0, 1000, 16 * 1024, 16 * 1024 + 1, 300_000, 2_000_000];
    private readonly string _data = Directory.CreateTempSubdirectory("isobar-killed-").FullName;

    /// <summary>By key: the hashes that the object may have. The first is acknowledged; a second one was on its way when the server died.</summary>
    private readonly ConcurrentDictionary<string, string[]> _allowed = [];

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Put_ServerKilledUnderLoad_LosesNothingAcknowledged()
    {
        using var http = new HttpClient();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ChildServer.StartAsync(_data);
            if (round == 0) (await http.PutAsync($"{server.Aws}/kill-bucket", null)).EnsureSuccessStatusCode();
            await VerifyAsync(http, server.Aws);
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, Writers).Select(w => Task.Run(() => WriteAsync(http, server.Aws, w, stop.Token))).ToList();
            await Task.Delay(300 + 150 * round);
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }
        await using var last = await ChildServer.StartAsync(_data);
        Assert.True(_allowed.Count > Writers);
        await VerifyAsync(http, last.Aws);
    }

    private async Task WriteAsync(HttpClient http, string url, int writer, CancellationToken stop)
    {
        var random = new Random(writer);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var key = $"w{writer}/{i % 5}";
            var body = RandomNumberGenerator.GetBytes(Sizes[random.Next(Sizes.Length)]);
            var hash = Convert.ToHexString(SHA256.HashData(body));
            var before = _allowed.GetValueOrDefault(key, [""]);
            _allowed[key] = [.. before, hash];
            try
            {
                using var answer = await http.PutAsync($"{url}/kill-bucket/{key}", new ByteArrayContent(body), stop);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                _allowed[key] = [hash];
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task VerifyAsync(HttpClient http, string url)
    {
        foreach (var (key, allowed) in _allowed)
        {
            using var answer = await http.GetAsync($"{url}/kill-bucket/{key}");
            var found = answer.StatusCode == HttpStatusCode.NotFound ? "" : Convert.ToHexString(SHA256.HashData(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync()));
            Assert.Contains(found, allowed);
            _allowed[key] = [found];
        }
    }
}
