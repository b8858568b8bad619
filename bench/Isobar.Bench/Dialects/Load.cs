using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Isobar.Bench.Harness;

namespace Isobar.Bench.Dialects;

/// <summary>
/// Load by the framework's HTTP client: a caller has one request under way at a time, on a connection that it shares with as many others as is said (1 where it
/// is its own, as it must be with HTTP/1.1). The frames of gRPC are written beforehand and its answers read as bytes, so that both sides of a comparison cost the
/// loader nearly alike.
/// </summary>
internal static class Load
{
    public static async Task<Measured> RunAsync(string url, byte[] body, string contentType, bool grpc, int callers, int perConnection, TimeSpan duration)
    {
        var times = new List<double>[callers];
        HttpMessageInvoker[] connections = [.. Enumerable.Range(0, callers / perConnection).Select(_ => new HttpMessageInvoker(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false, AllowAutoRedirect = false, UseCookies = false }))];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(c => Task.Run(async () =>
        {
            times[c] = [];
            var http = connections[c / perConnection];
            while (watch.Elapsed < duration)
            {
                var started = Stopwatch.GetTimestamp();
                await AskAsync(http, url, body, contentType, grpc);
                times[c].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        })));
        var elapsed = watch.Elapsed.TotalSeconds;
        foreach (var connection in connections) connection.Dispose();
        var all = times.SelectMany(t => t).Order().ToArray();
        return new Measured(all.Length / elapsed, all[all.Length / 2], all[(int)(all.Length * 0.99)]);
    }

    /// <summary>One request; the answer's bytes.</summary>
    public static async Task<byte[]> AskAsync(HttpMessageInvoker http, string url, byte[] body, string contentType, bool grpc)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (grpc)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }
        using var answer = await http.SendAsync(request, CancellationToken.None);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{url}: {(int)answer.StatusCode}");
        if (grpc && (answer.TrailingHeaders.TryGetValues("grpc-status", out var status) || answer.Headers.TryGetValues("grpc-status", out status)) && status.Single() is not "0" and var code)
            throw new InvalidOperationException($"{url}: status {code}");
        return bytes;
    }
}
