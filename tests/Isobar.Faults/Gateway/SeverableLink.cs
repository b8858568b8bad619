using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Isobar.Faults.Gateway;

/// <summary>What a link does with what comes over it.</summary>
internal enum LinkFault
{
    /// <summary>It carries everything.</summary>
    None,
    /// <summary>A partition: connections open, for they are taken by the machine itself, and not a byte goes either way.</summary>
    Severed,
    /// <summary>What comes back is a second late.</summary>
    Slow,
    /// <summary>Each request is answered 503.</summary>
    Erroring,
    /// <summary>Each request is answered 429, to be asked again in a second.</summary>
    Throttling,
}

/// <summary>A TCP link to a server, which can be severed while connections stay open, as a network does that drops packets. The server behind it may come back at another port.</summary>
internal sealed class SeverableLink : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly byte[] Unavailable = Encoding.ASCII.GetBytes("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy");
    private static readonly byte[] Throttled = Encoding.ASCII.GetBytes("HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nRetry-After: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nslow");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _fault, _port;

    public SeverableLink(string target)
    {
        Target = target;
        _listener.Start(512);
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The address of the server behind it.</summary>
    public string Target { set => _port = new Uri(value).Port; }

    /// <summary>What it does from now on, with open connections too.</summary>
    public LinkFault Fault
    {
        get => (LinkFault)_fault;
        set
        {
            _fault = (int)value;
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { /* It is no more. */ }
    }

    private async Task ServeAsync(TcpClient caller)
    {
        using (caller)
        using (var server = new TcpClient { NoDelay = true })
        {
            caller.NoDelay = true;
            try
            {
                await WhileSeveredAsync();
                if (Fault is not (LinkFault.Erroring or LinkFault.Throttling)) await server.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                var there = CarryAsync(caller.GetStream(), server.Connected ? server.GetStream() : null, back: false, caller);
                var back = server.Connected ? CarryAsync(server.GetStream(), caller.GetStream(), back: true, caller) : Task.Delay(Timeout.Infinite, _end.Token);
                await Task.WhenAny(there, back);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException) { /* Either side has gone, and so does the other. */ }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream? to, bool back, TcpClient caller)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            var read = await from.ReadAsync(buffer, _end.Token);
            await WhileSeveredAsync();
            if (read == 0) return;
            if (!back && Fault is LinkFault.Erroring or LinkFault.Throttling || to is null)
            {
                await caller.GetStream().WriteAsync(Fault == LinkFault.Throttling ? Throttled : Unavailable, _end.Token);
                return;
            }
            if (back && Fault == LinkFault.Slow) await Task.Delay(Delay, _end.Token);
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    // Asked anew after each change: what comes while it is severed waits, as it would in the buffers of a network that does not answer.
    private async Task WhileSeveredAsync()
    {
        while (true)
        {
            var changed = _changed.Task;
            if (Fault != LinkFault.Severed) return;
            await changed.WaitAsync(_end.Token);
        }
    }
}
