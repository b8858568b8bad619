using System.Security.Cryptography;
using Isobar.Azure.Protocols.Storage;

namespace Isobar.Azure.Blobs;

/// <summary>Reads a part of a blob and holds it to the hash that its sender gave; empty: none.</summary>
internal sealed class Md5Stream(Stream inner, string expected) : Stream
{
    private readonly IncrementalHash? _hash = expected.Length > 0 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (_hash is null) return read;
        if (read > 0) _hash.AppendData(buffer.Span[..read]);
        else if (buffer.Length > 0 && Convert.ToBase64String(_hash.GetHashAndReset()) != expected) throw new StorageFault(400, "Md5Mismatch", "The MD5 of the body is another than Content-MD5 says.");
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash?.Dispose();
        base.Dispose(disposing);
    }
}
