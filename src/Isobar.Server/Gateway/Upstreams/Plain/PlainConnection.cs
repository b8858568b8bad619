using System.Net.Sockets;

namespace Isobar.Server.Gateway.Upstreams.Plain;

/// <summary>A kept-alive connection in the clear, and what has been read from it and not been used yet.</summary>
internal sealed class PlainConnection(Socket socket) : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start, _end;

    /// <summary>When it was put aside.</summary>
    public long IdleSince { get; set; }
    /// <summary>Whether it has answered a request before.</summary>
    public bool IsUsed { get; set; }

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether nothing has come while nobody asked: an end, or words out of turn, make a connection useless.</summary>
    public bool IsQuiet
    {
        get
        {
            try { return _start == _end && !socket.Poll(0, SelectMode.SelectRead); }
            catch (SocketException) { return false; }
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, ct).ConfigureAwait(false)..];
    }

    public void Consume(int count) => _start += count;

    /// <summary>Reads more behind what is unread; false at the end, or where there is no room.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_start == _end) (_start, _end) = (0, 0);
        else if (_end == BufferSize)
        {
            if (_start == 0) return false;
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, ct).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    /// <summary>Reads straight into the caller's memory, once nothing is unread.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken ct) => socket.ReceiveAsync(into, SocketFlags.None, ct);

    public void Dispose() => socket.Dispose();
}
