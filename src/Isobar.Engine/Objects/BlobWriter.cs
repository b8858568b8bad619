using System.Buffers;

namespace Isobar.Engine.Objects;

/// <summary>
/// Streams a large content into a file, in bounded memory. While one block is read, the block before it is written and hashed, each hash on its own:
/// MD5 alone is slower than most disks, and adding the others to it in turn would halve the speed of a put.
/// </summary>
internal static class BlobWriter
{
    private const int BlockSize = 512 * 1024;
    private const long WritebackStep = 8 * 1024 * 1024;

    /// <summary>Writes <paramref name="head"/> and the rest of <paramref name="content"/> to a new file and syncs it; gives its size.</summary>
    public static async Task<long> WriteAsync(string path, ContentHasher hasher, ReadOnlyMemory<byte> head, Stream content, CancellationToken ct)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        await using (file.ConfigureAwait(false))
        {
            var size = await CopyAsync(file, hasher, head, content, ct).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
            return size;
        }
    }

    private static async Task<long> CopyAsync(FileStream file, ContentHasher hasher, ReadOnlyMemory<byte> head, Stream content, CancellationToken ct)
    {
        byte[] filling = ArrayPool<byte>.Shared.Rent(BlockSize), working = ArrayPool<byte>.Shared.Rent(BlockSize);
        var pending = Task.CompletedTask;
        try
        {
            head.CopyTo(filling);
            var filled = head.Length;
            long size = 0;
            while (true)
            {
                filled += await content.ReadAtLeastAsync(filling.AsMemory(filled, BlockSize - filled), BlockSize - filled, throwOnEndOfStream: false, ct).ConfigureAwait(false);
                await pending.ConfigureAwait(false);
                if (size / WritebackStep != (size + filled) / WritebackStep) DiskSync.StartWriteback(file.SafeFileHandle);
                size += filled;
                pending = KeepAsync(file, hasher, filling.AsMemory(0, filled), ct);
                if (filled < BlockSize) break;
                (filling, working, filled) = (working, filling, 0);
            }
            await pending.ConfigureAwait(false);
            return size;
        }
        finally
        {
            // The blocks go back only once nobody reads them any more.
            await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(working);
        }
    }

    private static Task KeepAsync(FileStream file, ContentHasher hasher, ReadOnlyMemory<byte> block, CancellationToken ct) => block.IsEmpty ? Task.CompletedTask : Task.WhenAll(
        Task.Run(() => hasher.AppendMd5(block.Span), CancellationToken.None),
        Task.Run(() => hasher.AppendOthers(block.Span), CancellationToken.None),
        file.WriteAsync(block, ct).AsTask());
}
