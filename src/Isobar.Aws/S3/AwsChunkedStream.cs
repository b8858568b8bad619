using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Isobar.Aws.S3;

/// <summary>
/// The payload inside an <c>aws-chunked</c> body: lines <c>size[;chunk-signature=…]</c>, each followed by so many bytes, a last one of size 0,
/// then trailing headers. SDKs send it by default whenever they compute a checksum while streaming.
/// </summary>
internal sealed class AwsChunkedStream(PipeReader source) : Stream
{
    private const int MaxLine = 16 * 1024;
    private readonly Dictionary<string, string> _trailers = new(StringComparer.OrdinalIgnoreCase);
    private long _left;
    private bool _afterChunk;
    private bool _ended;

    /// <summary>The headers after the last chunk, once the stream has ended.</summary>
    public IReadOnlyDictionary<string, string> Trailers => _trailers;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default)
    {
        if (buffer.Length == 0) return 0;
        while (_left == 0)
        {
            if (_ended) return 0;
            await NextChunkAsync(ct).ConfigureAwait(false);
        }
        var result = await source.ReadAsync(ct).ConfigureAwait(false);
        if (result.Buffer.IsEmpty && result.IsCompleted) throw new S3BodyException(S3Error.IncompleteBody);
        var take = (int)Math.Min(Math.Min(buffer.Length, _left), result.Buffer.Length);
        var slice = result.Buffer.Slice(0, take);
        slice.CopyTo(buffer.Span);
        source.AdvanceTo(slice.End);
        _left -= take;
        return take;
    }

    private async Task NextChunkAsync(CancellationToken ct)
    {
        if (_afterChunk && (await ReadLineAsync(ct).ConfigureAwait(false))?.Length != 0) throw Malformed();
        var line = await ReadLineAsync(ct).ConfigureAwait(false) ?? throw new S3BodyException(S3Error.IncompleteBody);
        if (!long.TryParse(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0) throw Malformed();
        _afterChunk = true;
        if (_left > 0) return;
        _ended = true;
        // The body may end right after the last chunk's line or hold trailers and an empty line.
        while (await ReadLineAsync(ct).ConfigureAwait(false) is { Length: > 0 } trailer)
        {
            var colon = trailer.IndexOf(':');
            if (colon <= 0) throw Malformed();
            _trailers[trailer[..colon].Trim()] = trailer[(colon + 1)..].Trim();
        }
        while (await source.ReadAsync(ct).ConfigureAwait(false) is var rest)
        {
            source.AdvanceTo(rest.Buffer.End);
            if (rest.IsCompleted) break;
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken ct)
    {
        while (true)
        {
            var result = await source.ReadAsync(ct).ConfigureAwait(false);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.ASCII.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                source.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }
            if (result.IsCompleted && result.Buffer.IsEmpty) return null;
            if (result.IsCompleted || result.Buffer.Length > MaxLine) throw Malformed();
            source.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static S3BodyException Malformed() => new(S3Error.InvalidRequest("The aws-chunked body is not well-formed."));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken ct) => ReadAsync(buffer.AsMemory(offset, count), ct).AsTask();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
