using System.Net;
using System.Net.Sockets;

namespace Isobar.Faults;

/// <summary>The server is asked to end, by Ctrl-C or by SIGTERM, while a request is under way.</summary>
public sealed class EndedUnderWorkTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-ended-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // 1. a put is half sent when the signal comes; 2. new callers are refused, which shows that the end has begun; 3. the rest is sent: the put is answered, and the server ends in peace;
    // 4. the next server has the object.
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_WhileAPutIsUnderWay_AnswersItBeforeTheServerEnds(string signal)
    {
        var data = Path.Combine(_folder, "data");
        await using var server = await ChildServer.StartAsync(data);
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = new Uri(server.Aws) };
        (await http.PutAsync("/kept", null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        // 1.
        var body = new HalvedContent();
        using var put = new HttpRequestMessage(HttpMethod.Put, "/kept/object") { Content = body };
        put.Headers.ExpectContinue = true;
        var answer = http.SendAsync(put, TestContext.Current.CancellationToken);
        await await Task.WhenAny(body.HalfSent, answer);
        await server.SignalAsync(signal);

        // 2.
        await RefusedAsync(new Uri(server.Aws).Port);
        Assert.False(answer.IsCompleted);

        // 3.
        body.SendTheRest();
        using var reply = await answer;
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(0, await server.ExitAsync());

        // 4.
        await using var next = await ChildServer.StartAsync(data);
        using var again = new HttpClient();
        Assert.Equal(HalvedContent.Whole, await again.GetByteArrayAsync(next.Aws + "/kept/object", TestContext.Current.CancellationToken));
    }

    private static async Task RefusedAsync(int port)
    {
        // A shell's background job ignores Ctrl-C, and so does every child of it: the server would never hear of its end.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            using var probe = new TcpClient();
            try { await probe.ConnectAsync(IPAddress.Loopback, port, limit.Token); }
            catch (SocketException) { return; }
        }
    }

    /// <summary>A body whose second half waits for leave.</summary>
    private sealed class HalvedContent : HttpContent
    {
        private const int Half = 100_000;
        private readonly TaskCompletionSource _halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously), _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static byte[] Whole { get; } = [.. Enumerable.Range(0, 2 * Half).Select(i => (byte)i)];
        public Task HalfSent => _halfSent.Task;
        public void SendTheRest() => _leave.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Whole.AsMemory(0, Half));
            await stream.FlushAsync();
            _halfSent.SetResult();
            await _leave.Task;
            await stream.WriteAsync(Whole.AsMemory(Half));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Whole.Length;
            return true;
        }
    }
}
