using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Isobar.Faults;

/// <summary>Requests that break off, and requests without end.</summary>
public sealed class BadRequestTests : IDisposable
{
    private const long FiveGigabytes = 5L * 1024 * 1024 * 1024;
    private const long Allowance = 300L * 1024 * 1024;
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-requests-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Content-Length: 50000000\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "1000000\r\n")]
    [InlineData("Content-Length: 50000300\r\nContent-Encoding: aws-chunked\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: 50000000\r\nx-amz-trailer: x-amz-checksum-crc32\r\n", "2faf080\r\n")]
    public async Task Upload_BrokenOff_LeavesTheOldObjectAndNothingElse(string headers, string head)
    {
        await using var server = await ChildServer.StartAsync(Data);
        var old = RandomNumberGenerator.GetBytes(100_000);
        await Lab.UploadAsync(server.Cloud, "kept", old);

        using (var socket = await ConnectAsync(server))
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"PUT /{Lab.Bucket}/kept HTTP/1.1\r\nHost: s3\r\n{headers}\r\n{head}"));
            await socket.SendAsync(RandomNumberGenerator.GetBytes(3_000_000));
            socket.LingerState = new LingerOption(true, 0);
        }

        using var http = new HttpClient();
        await Lab.UntilAsync(() => !Directory.EnumerateFiles(Path.Combine(Data, "objects", "incoming")).Any(), "The half of an upload is removed");
        Assert.Equal(old, await http.GetByteArrayAsync($"{server.Aws}/{Lab.Bucket}/kept"));
    }

    [Theory]
    [InlineData("/endpoints/any/invocations", "")]
    [InlineData("/", "X-Amz-Target: SageMaker.CreateTrainingJob\r\nContent-Type: application/x-amz-json-1.1\r\n")]
    public async Task Request_OfFiveGigabytes_IsRefusedWithoutBeingRead(string path, string headers)
    {
        await using var server = await ChildServer.StartAsync(Data);
        var before = server.Memory;
        using var socket = await ConnectAsync(server);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: sagemaker\r\n{headers}Content-Length: {FiveGigabytes}\r\n\r\n"));
        Assert.Contains(" 413 ", await ReplyAsync(socket), StringComparison.Ordinal);

        using var endless = await ConnectAsync(server);
        await endless.SendAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: sagemaker\r\n{headers}Transfer-Encoding: chunked\r\n\r\n"));
        var refusal = ReplyAsync(endless);
        var block = new byte[1024 * 1024];
        // The server may close as soon as it has answered.
        try { for (var i = 0; i < 2048 && !refusal.IsCompleted; i++) { await endless.SendAsync("100000\r\n"u8.ToArray()); await endless.SendAsync(block); await endless.SendAsync("\r\n"u8.ToArray()); } }
        catch (SocketException) { }
        Assert.Contains(" 413 ", await refusal, StringComparison.Ordinal);
        Assert.True(server.Memory - before < Allowance, $"{(server.Memory - before) >> 20} MB more");

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(server.Aws)).StatusCode);
    }

    private static async Task<Socket> ConnectAsync(ChildServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var url = new Uri(server.Aws);
        await socket.ConnectAsync(url.Host, url.Port);
        return socket;
    }

    private static async Task<string> ReplyAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var buffer = new byte[4096];
        try { return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token)); }
        catch (SocketException e) { return e.Message; }
    }
}
