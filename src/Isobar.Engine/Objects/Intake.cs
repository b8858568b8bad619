using System.Buffers;
using Isobar.Core.Results;

namespace Isobar.Engine.Objects;

/// <summary>A content that has fully arrived and been verified, not yet visible: small ones in memory, others in a synced file.</summary>
internal sealed class Intake : IDisposable
{
    /// <summary>Contents up to this size live in the index itself.</summary>
    public const int SmallLimit = 16 * 1024;

    public required long Size { get; init; }
    public required ContentHashes Hashes { get; init; }
    public byte[]? Small { get; init; }
    public string? File { get; init; }
    public required IReadOnlyDictionary<string, string> Checksums { get; init; }

    /// <summary>Reads <paramref name="content"/> to its end in bounded memory, then checks the length and every checksum the client gave.</summary>
    public static async Task<Result<Intake>> ReceiveAsync(BlobFolder blobs, Stream content, PutOptions options, CancellationToken ct)
    {
        using var hasher = new ContentHasher(options.ExpectedChecksums.Keys.Concat(options.ComputeChecksums));
        var head = ArrayPool<byte>.Shared.Rent(SmallLimit + 1);
        string? path = null;
        try
        {
            // One byte more than a small content has tells the large from the small.
            long size = await content.ReadAtLeastAsync(head.AsMemory(0, SmallLimit + 1), SmallLimit + 1, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            byte[]? small = null;
            if (size <= SmallLimit)
            {
                small = head.AsSpan(0, (int)size).ToArray();
                hasher.Append(small);
            }
            else
            {
                size = await BlobWriter.WriteAsync(path = blobs.NewIncoming(), hasher, head.AsMemory(0, (int)size), content, ct).ConfigureAwait(false);
            }
            var hashes = hasher.Finish();
            if (Verify(size, hashes, options) is { } fault)
            {
                if (path is not null) System.IO.File.Delete(path);
                return fault;
            }
            return new Intake
            {
                Size = size,
                Hashes = hashes,
                Small = small,
                File = path,
                Checksums = hashes.Checksums.Where(c => c.Key != "md5").ToDictionary(),
            };
        }
        catch (Exception e)
        {
            if (path is not null) System.IO.File.Delete(path);
            if (e is IOException io && BlobFolder.IsDiskFull(io)) return BlobFolder.DiskFull;
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>Drops the file unless the index has adopted it.</summary>
    public void Dispose()
    {
        if (File is not null && System.IO.File.Exists(File)) System.IO.File.Delete(File);
    }

    private static Error? Verify(long size, ContentHashes hashes, PutOptions options)
    {
        if (options.ExpectedLength is { } expected && expected != size)
            return new Error(ErrorCode.DataLoss, $"{expected} bytes were announced and {size} arrived.") { Faults = [new Fault("length", size.ToString(), $"must be {expected}")] };
        if (options.ExpectedSha256 is { } signed && !signed.Equals(hashes.Sha256Hex, StringComparison.OrdinalIgnoreCase))
            return new Error(ErrorCode.DataLoss, "The SHA-256 of the bytes that arrived is not the one that was signed.") { Faults = [new Fault("contentSha256", signed, $"computed {hashes.Sha256Hex}")] };
        var trailing = options.TrailingChecksums?.Invoke() ?? new Dictionary<string, string>();
        foreach (var (algorithm, value) in options.ExpectedChecksums.Concat(trailing))
        {
            if (!hashes.Checksums.TryGetValue(algorithm, out var actual) || actual != value)
                return new Error(ErrorCode.DataLoss, $"The {algorithm} checksum of the bytes that arrived is not the one announced.") { Faults = [new Fault(algorithm, value, $"computed {actual}")] };
        }
        return null;
    }
}
