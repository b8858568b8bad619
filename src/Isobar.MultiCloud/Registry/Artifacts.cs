using System.Security.Cryptography;
using Isobar.Core.Results;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Registry;

/// <summary>Files by their SHA-256: data sets that came with a manifest, and models.</summary>
public sealed class Artifacts(ControlPlaneOptions options, ISharedFiles? shared = null)
{
    private readonly string _folder = Path.Combine(options.Directory, "artifacts");

    /// <summary>Whether there is one of a digest.</summary>
    public async Task<bool> HasAsync(string sha256, CancellationToken ct = default) =>
        IsDigest(sha256) && (File.Exists(PathOf(sha256)) || shared is not null && await shared.HasAsync(NameOf(sha256), ct).ConfigureAwait(false));

    /// <summary>The size of one.</summary>
    public long Size(string sha256) => new FileInfo(PathOf(sha256)).Length;

    /// <summary>Stores a stream and tells its digest; <see cref="ErrorCode.DataLoss"/> where it is not the one expected.</summary>
    public async Task<Result<string>> PutAsync(Stream content, string? expected = null, CancellationToken ct = default)
    {
        Directory.CreateDirectory(_folder);
        var fresh = Path.Combine(_folder, $"{Guid.NewGuid():n}.part");
        try
        {
            string digest;
            await using (var file = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[128 * 1024];
                for (int read; (read = await content.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
                {
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
                }
                digest = Convert.ToHexStringLower(hash.GetHashAndReset());
                file.Flush(flushToDisk: true);
            }
            if (expected is not null && expected != digest) return new Error(ErrorCode.DataLoss, $"The content has the SHA-256 {digest}, not {expected}.");
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(digest))!);
            if (shared is not null) await shared.SaveAsync(NameOf(digest), fresh, ct).ConfigureAwait(false);
            File.Move(fresh, PathOf(digest), overwrite: true);
            return digest;
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    /// <summary>Opens one after its content was compared with its digest: what lies on a disk can rot or be changed.</summary>
    public async Task<Result<Stream>> OpenAsync(string sha256, CancellationToken ct = default)
    {
        if (!IsDigest(sha256) || !File.Exists(PathOf(sha256)) && (shared is null || !await shared.LoadAsync(NameOf(sha256), PathOf(sha256), ct).ConfigureAwait(false))) return Error.NotFound($"The artifact {sha256}");
        var file = File.OpenRead(PathOf(sha256));
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct).ConfigureAwait(false));
        if (digest == sha256)
        {
            file.Position = 0;
            return file;
        }
        await file.DisposeAsync().ConfigureAwait(false);
        return new Error(ErrorCode.DataLoss, $"The artifact {sha256} was changed: its content has the SHA-256 {digest}.");
    }

    /// <summary>Drops one.</summary>
    public async Task DeleteAsync(string sha256, CancellationToken ct = default)
    {
        if (!IsDigest(sha256)) return;
        if (shared is not null) await shared.DeleteAsync(NameOf(sha256), ct).ConfigureAwait(false);
        if (File.Exists(PathOf(sha256))) File.Delete(PathOf(sha256));
    }

    private static string NameOf(string sha256) => "artifacts/" + sha256;

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private string PathOf(string sha256) => Path.Combine(_folder, sha256[..2], sha256);
}
