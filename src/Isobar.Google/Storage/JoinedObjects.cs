using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary>The bytes of several objects, one after another, each opened when its turn comes.</summary>
internal sealed class JoinedObjects(IObjectStore objects, IReadOnlyList<ObjectInfo> sources) : Stream
{
    private int _next;
    private OpenObject? _open;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_open is null)
            {
                if (_next == sources.Count) return 0;
                var source = sources[_next++];
                var opened = await objects.OpenAsync(source.Bucket, source.Key, source.VersionId, ct: cancellationToken).ConfigureAwait(false);
                _open = opened.TryGet(out var open, out var error) && open.Info.Generation == source.Generation ? open : throw new IOException($"A source of the composition is gone: {error?.Message}");
            }
            var read = await _open.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0) return read;
            await _open.DisposeAsync().ConfigureAwait(false);
            _open = null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null) await _open.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
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
