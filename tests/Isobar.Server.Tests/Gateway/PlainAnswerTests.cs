using System.Net;
using System.Net.Sockets;
using System.Text;
using Isobar.Core.Results;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Upstreams;
using Isobar.Server.Gateway.Upstreams.Plain;

namespace Isobar.Server.Tests.Gateway;

/// <summary>Our own reading of HTTP/1.1, against a socket that says exactly what a test wants.</summary>
public sealed class PlainAnswerTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    public PlainAnswerTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _http.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n", "hello")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", null)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nbad header\r\n\r\n", null)]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", null)]
    public async Task SendAsync_AnswersOfAllShapes_AreReadWholeOrRefused(string answer, string? body)
    {
        // In one piece, and byte by byte: where the pieces end must not matter.
        foreach (var piece in new[] { answer.Length, 1 })
        {
            var upstream = Upstream();
            var served = ServeAsync(answer, piece);
            using var reply = await upstream.SendAsync(Call(), CancellationToken.None);
            Assert.Equal(body, reply.Error is null ? Encoding.ASCII.GetString(reply.Body.Span) : null);
            Assert.Equal(body is null, reply.IsBackendFault);
            var request = await served;
            Assert.StartsWith("POST /predict?v=1 HTTP/1.1\r\nHost: 127.0.0.1", request, StringComparison.Ordinal);
            Assert.EndsWith("\r\nContent-Length: 3\r\nAccept: text/csv\r\nX-Team: blue\r\n\r\n1,2", request, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SendAsync_KeptConnectionWasClosedMeanwhile_IsAskedOverANewOne()
    {
        var upstream = Upstream();
        var first = ServeAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", 100);
        using (var reply = await upstream.SendAsync(Call(), CancellationToken.None)) Assert.Null(reply.Error);
        await first;
        var second = ServeAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2", 100);
        using (var reply = await upstream.SendAsync(Call(), CancellationToken.None)) Assert.Equal("2", Encoding.ASCII.GetString(reply.Body.Span));
        await second;
    }

    [Fact]
    public async Task SendAsync_NobodyListens_SaysThatItWasNeverSent()
    {
        var upstream = Upstream();
        _listener.Stop();
        using var reply = await upstream.SendAsync(Call(), CancellationToken.None);
        Assert.True(reply is { NeverSent: true, IsBackendFault: true, Error.Code: ErrorCode.Unavailable });
    }

    private PlainUpstream Upstream()
    {
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/predict?v=1");
        return new PlainUpstream(address, new PlainPool(address.Host, address.Port, TimeProvider.System), new UrlUpstream(address, new HealthDefinition(), _http, TimeProvider.System), TimeProvider.System);
    }

    private static PredictionCall Call() => new() { Body = "1,2"u8.ToArray(), ContentType = "text/csv", Accept = "text/csv", Headers = [new("X-Team", "blue")], Deadline = long.MaxValue, Repeatable = true };

    private async Task<string> ServeAsync(string answer, int piece)
    {
        using var client = await _listener.AcceptSocketAsync();
        client.NoDelay = true;
        var buffer = new byte[4096];
        var read = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, read).EndsWith("\r\n\r\n1,2", StringComparison.Ordinal))
        {
            var more = await client.ReceiveAsync(buffer.AsMemory(read));
            if (more == 0) break;
            read += more;
        }
        try
        {
            for (var at = 0; at < answer.Length; at += piece) await client.SendAsync(Encoding.ASCII.GetBytes(answer[at..Math.Min(answer.Length, at + piece)]));
            client.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException) { /* Who refuses an answer hangs up on its rest. */ }
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
