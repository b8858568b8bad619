using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Signing;

/// <summary>
/// Passes a signed chunked body on unchanged and checks each chunk's signature, which seals the chunk and the one before it, as the bytes go
/// by. A body that was tampered with ends in a refusal before its last byte, and so is never stored.
/// </summary>
internal sealed class SignedChunkStream(Stream inner, byte[] key, SignedRequest signed) : Stream
{
    private enum Place
    {
        Header,
        Data,
        AfterData,
        Trailers,
    }

    private const int MaxLine = 16 * 1024;
    private static readonly string Empty = SigningKey.Hash("");
    private readonly IncrementalHash _chunk = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _trailers = new();
    private Place _place = Place.Header;
    private string _previous = signed.Signature;
    private string _expected = "";
    private long _left;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0 && buffer.Length > 0 && !_ended) throw new BadHttpRequestException("The body ends before its last chunk.", StatusCodes.Status400BadRequest);
        Check(buffer.Span[..count]);
        return count;
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_place == Place.Data)
            {
                var take = (int)Math.Min(_left, bytes.Length);
                _chunk.AppendData(bytes[..take]);
                bytes = bytes[take..];
                if ((_left -= take) > 0) continue;
                Seal();
                _place = Place.AfterData;
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            _line.Append(Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]));
            if (_line.Length > MaxLine) throw Refused();
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (end < 0) break;
            var line = _line.ToString().TrimEnd('\r');
            _line.Clear();
            Line(line);
        }
    }

    private void Line(string line)
    {
        switch (_place)
        {
            case Place.AfterData:
                _place = Place.Header;
                break;
            case Place.Header:
                var parts = line.Split(";chunk-signature=");
                if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0) throw Refused();
                _expected = parts[1];
                _place = _left > 0 ? Place.Data : Place.Trailers;
                if (_left > 0) break;
                Seal();
                _ended = true;
                break;
            case Place.Trailers:
                if (line.StartsWith("x-amz-trailer-signature:", StringComparison.OrdinalIgnoreCase)) SealTrailers(line[(line.IndexOf(':') + 1)..].Trim());
                else if (line.Length > 0) _trailers.Append(line.Trim()).Append('\n');
                break;
        }
    }

    private void Seal()
    {
        var data = Convert.ToHexStringLower(_chunk.GetHashAndReset());
        Compare($"AWS4-HMAC-SHA256-PAYLOAD\n{signed.Stamp}\n{SigningKey.ScopeText(signed.Scope)}\n{_previous}\n{Empty}\n{data}", _expected);
    }

    private void SealTrailers(string expected) =>
        Compare($"AWS4-HMAC-SHA256-TRAILER\n{signed.Stamp}\n{SigningKey.ScopeText(signed.Scope)}\n{_previous}\n{SigningKey.Hash(_trailers.ToString())}", expected);

    private void Compare(string text, string expected)
    {
        var actual = SigningKey.Sign(key, text);
        if (!SigningKey.Same(actual, expected)) throw Refused();
        _previous = actual;
    }

    private static BadHttpRequestException Refused() =>
        new("The request signature we calculated does not match the signature you provided for a chunk of the body.", StatusCodes.Status403Forbidden);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _chunk.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
