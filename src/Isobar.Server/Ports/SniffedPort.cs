using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Isobar.Server.Ports;

/// <summary>A bound port whose connections are told apart by their first bytes.</summary>
internal sealed class SniffedPort
{
    private const int TlsHandshake = 0x16;
    private const int MaxWaiting = 512;
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    private readonly IConnectionListener _listener;
    private readonly TimeProvider _time;
    private readonly Channel<ConnectionContext>[] _dealt = [.. Enum.GetValues<Spoken>().Select(_ => Channel.CreateBounded<ConnectionContext>(MaxWaiting))];
    private readonly Task _loop;
    private int _open = Enum.GetValues<Spoken>().Length;

    public SniffedPort(IConnectionListener listener, TimeProvider time)
    {
        (_listener, _time) = (listener, time);
        _loop = Task.Run(AcceptAsync);
    }

    public IPEndPoint Address => (IPEndPoint)_listener.EndPoint;

    public IConnectionListener Endpoint(Spoken spoken) => new Logical(this, _dealt[(int)spoken].Reader);

    private async Task AcceptAsync()
    {
        try
        {
            while (await _listener.AcceptAsync().ConfigureAwait(false) is { } connection) _ = DealAsync(connection);
        }
        finally
        {
            foreach (var channel in _dealt) channel.Writer.TryComplete();
        }
    }

    private async Task DealAsync(ConnectionContext connection)
    {
        try
        {
            using var limit = new CancellationTokenSource(SilenceLimit, _time);
            var spoken = await SniffAsync(connection, limit.Token).ConfigureAwait(false);
            if (spoken is null) await connection.DisposeAsync().ConfigureAwait(false);
            else await _dealt[(int)spoken].Writer.WriteAsync(connection, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ChannelClosedException or IOException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<Spoken?> SniffAsync(ConnectionContext connection, CancellationToken ct)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(ct).ConfigureAwait(false);
            var spoken = Tell(read.Buffer);
            // Nothing is consumed: the protocol that takes over reads the same bytes again.
            input.AdvanceTo(read.Buffer.Start, spoken is null ? read.Buffer.End : read.Buffer.Start);
            if (spoken is not null) return spoken;
            if (read.IsCompleted || read.IsCanceled) return null;
        }
    }

    private static Spoken? Tell(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        if (bytes.FirstSpan[0] == TlsHandshake) return Spoken.Tls;
        // "PRI * HTTP/2.0": no HTTP/1 method begins so.
        Span<byte> head = stackalloc byte[4];
        var length = (int)Math.Min(4, bytes.Length);
        bytes.Slice(0, length).CopyTo(head);
        if (!"PRI "u8.StartsWith(head[..length])) return Spoken.Http1;
        return length == 4 ? Spoken.Http2 : null;
    }

    private async ValueTask UnbindAsync()
    {
        await _listener.UnbindAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    /// <summary>Kestrel disposes its endpoints once their connections have ended; the memory that those read into goes with the last.</summary>
    private async ValueTask ReleaseAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        if (Interlocked.Decrement(ref _open) == 0) await _listener.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Logical(SniffedPort port, ChannelReader<ConnectionContext> dealt) : IConnectionListener
    {
        private int _released;

        public EndPoint EndPoint => port._listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken ct = default)
        {
            try { return await dealt.ReadAsync(ct).ConfigureAwait(false); }
            catch (ChannelClosedException) { return null; }
        }

        public ValueTask UnbindAsync(CancellationToken ct = default) => port.UnbindAsync();

        public ValueTask DisposeAsync() => Interlocked.Exchange(ref _released, 1) == 0 ? port.ReleaseAsync() : ValueTask.CompletedTask;
    }
}
