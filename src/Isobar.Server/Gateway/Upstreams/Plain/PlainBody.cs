
namespace Isobar.Server.Gateway.Upstreams.Plain;

/// <summary>The body of an answer, by its length, in chunks, or to the end of the connection. One that ends too early is an error, never a shorter body.</summary>
internal sealed class PlainBody(PlainConnection connection, PlainHead head) : Stream
{
    private const int MaxLine = 1024;
    // Of the chunk, or of the whole body.
    private long _left = head.HasNoBody ? 0 : head.Chunked ? 0 : head.ContentLength ?? long.MaxValue;
    private bool _done = head.HasNoBody || (!head.Chunked && head.ContentLength == 0);
    private bool _inChunk;

    /// <summary>Whether the body has been read to its end, so that the connection can be used again.</summary>
    public bool IsComplete => _done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_done || buffer.IsEmpty) return 0;
        if (head.Chunked && _left == 0 && !await NextChunkAsync(cancellationToken).ConfigureAwait(false)) return 0;
        if (buffer.Length > _left) buffer = buffer[..(int)_left];
        int read;
        if (!connection.Unread.IsEmpty)
        {
            read = Math.Min(buffer.Length, connection.Unread.Length);
            connection.Unread.Span[..read].CopyTo(buffer.Span);
            connection.Consume(read);
        }
        else read = await connection.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            if (head.Chunked || head.ContentLength is not null) throw new IOException("The answer broke off.");
            _done = true;
            return 0;
        }
        if (_left != long.MaxValue) _left -= read;
        if (_left == 0 && !head.Chunked) _done = true;
        return read;
    }

    // The end of the last chunk, then "size;extensions", and behind the last one trailers up to an empty line.
    private async ValueTask<bool> NextChunkAsync(CancellationToken ct)
    {
        if (_inChunk && (await LineAsync(ct).ConfigureAwait(false)).Length != 0) throw new IOException("A chunk is longer than it said.");
        var line = await LineAsync(ct).ConfigureAwait(false);
        var size = line.IndexOf(';') is >= 0 and var end ? line[..end] : line;
        if (!long.TryParse(size.Trim(), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out _left) || _left < 0) throw new IOException("A chunk's size is no number.");
        _inChunk = true;
        if (_left > 0) return true;
        while ((await LineAsync(ct).ConfigureAwait(false)).Length != 0) { }
        _done = true;
        return false;
    }

    private async ValueTask<string> LineAsync(CancellationToken ct)
    {
        int end;
        while ((end = connection.Unread.Span.IndexOf("\r\n"u8)) < 0)
            if (connection.Unread.Length > MaxLine || !await connection.FillAsync(ct).ConfigureAwait(false)) throw new IOException("The answer broke off.");
        var line = System.Text.Encoding.ASCII.GetString(connection.Unread.Span[..end]);
        connection.Consume(end + 2);
        return line;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) connection.Dispose();
        base.Dispose(disposing);
    }
}
