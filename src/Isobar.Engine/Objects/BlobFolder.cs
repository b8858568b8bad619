using Isobar.Core.Results;

namespace Isobar.Engine.Objects;

/// <summary>Blobs on disk, named by the SHA-256 of their content, with a folder beside them for what is still arriving.</summary>
internal sealed class BlobFolder
{
    private readonly string _blobs;
    private readonly string _incoming;

    public BlobFolder(string root)
    {
        _blobs = Path.Combine(root, "blobs");
        _incoming = Path.Combine(root, "incoming");
        Directory.CreateDirectory(_blobs);
        // What a killed server left half-received was never acknowledged.
        if (Directory.Exists(_incoming)) Directory.Delete(_incoming, recursive: true);
        Directory.CreateDirectory(_incoming);
    }

    public string NewIncoming() => Path.Combine(_incoming, Guid.NewGuid().ToString("n"));

    public string PathOf(string sha256) => Path.Combine(_blobs, sha256[..2], sha256[2..]);

    /// <summary>Moves a received file to its address. Called by the index's writer only, so that it never races with <see cref="Delete"/>.</summary>
    public void Adopt(string incoming, string sha256)
    {
        var path = PathOf(sha256);
        if (File.Exists(path))
        {
            File.Delete(incoming);
            return;
        }
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DiskSync.Flush(_blobs);
        }
        File.Move(incoming, path);
        // The name must be as durable as the bytes before the index speaks of it.
        DiskSync.Flush(folder);
    }

    public void Delete(string sha256)
    {
        // A small content has no file, nor need its folder exist.
        if (File.Exists(PathOf(sha256))) File.Delete(PathOf(sha256));
    }

    public IEnumerable<string> All() =>
        Directory.EnumerateDirectories(_blobs).SelectMany(d => Directory.EnumerateFiles(d).Select(f => Path.GetFileName(d) + Path.GetFileName(f)));

    public static bool IsDiskFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 0x70 or 0x27;

    public static Error DiskFull => new(ErrorCode.ResourceExhausted, "The disk that holds the data directory is full: nothing was stored.");
}
