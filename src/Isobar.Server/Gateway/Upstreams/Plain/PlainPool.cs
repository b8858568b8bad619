using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Isobar.Server.Gateway.Upstreams.Plain;

/// <summary>The connections to one address. The one used last is used next, so that those that are too many grow old and go.</summary>
internal sealed class PlainPool(string host, int port, TimeProvider time) : IDisposable
{
    private const int MostIdle = 256;
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60), ConnectLimit = TimeSpan.FromSeconds(5);
    private readonly ConcurrentStack<PlainConnection> _idle = new();
    private int _count;
    private volatile bool _closed;

    /// <summary>A connection that is open already; null where none is.</summary>
    public PlainConnection? Take()
    {
        while (_idle.TryPop(out var connection))
        {
            Interlocked.Decrement(ref _count);
            if (time.GetElapsedTime(connection.IdleSince) < IdleLimit && connection.IsQuiet) return connection;
            connection.Dispose();
        }
        return null;
    }

    /// <summary>Opens one.</summary>
    public async ValueTask<PlainConnection> OpenAsync(CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(ConnectLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            await socket.ConnectAsync(host, port, either.Token).ConfigureAwait(false);
            return new PlainConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Puts one aside for the next request.</summary>
    public void Return(PlainConnection connection)
    {
        connection.IdleSince = time.GetTimestamp();
        connection.IsUsed = true;
        if (_closed || Interlocked.Increment(ref _count) > MostIdle)
        {
            if (!_closed) Interlocked.Decrement(ref _count);
            connection.Dispose();
            return;
        }
        _idle.Push(connection);
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryPop(out var connection)) connection.Dispose();
    }
}
