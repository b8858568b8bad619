using Isobar.Engine.Objects;

namespace Isobar.Azure.Blobs;

/// <summary>Objects read one after the other, as one stream.</summary>
internal sealed class JoinedBlocks(IObjectStore objects, BucketName bucket, IReadOnlyList<string> keys) : Stream
{
    private OpenObject? _open;
    private int _next;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_open is not null)
            {
                var read = await _open.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read > 0) return read;
                await _open.DisposeAsync().ConfigureAwait(false);
                _open = null;
            }
            if (_next == keys.Count) return 0;
            var opened = await objects.OpenAsync(bucket, keys[_next++], ct: cancellationToken).ConfigureAwait(false);
            _open = opened.TryGet(out var open, out var error) ? open : throw new IOException(error.Message);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null) await _open.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
