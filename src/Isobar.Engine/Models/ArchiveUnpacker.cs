using System.Formats.Tar;
using System.IO.Compression;
using Isobar.Core.Results;

namespace Isobar.Engine.Models;

/// <summary>Unpacks a <c>.tar.gz</c> that nobody vouches for: nothing lands outside of the folder, and no more than the limits allow.</summary>
internal sealed class ArchiveUnpacker(PackageLimits limits)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Unpacks into an empty folder; the failure names the entry.</summary>
    public async Task<Result<Done>> UnpackAsync(Stream archive, string folder, CancellationToken ct)
    {
        var packed = new CountingStream(archive);
        await using var zip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        await using var tar = new TarReader(zip, leaveOpen: true);
        var run = new Run(folder, limits, packed);
        var last = "its start";
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, ct).ConfigureAwait(false) is { } entry)
            {
                if (++run.Entries > limits.MaxEntries) return Bad($"holds more than {limits.MaxEntries} entries");
                last = $"the entry '{entry.Name}'";
                if (await run.TakeAsync(entry, ct).ConfigureAwait(false) is { } error) return error;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            return Bad($"is damaged after {last}: {e.Message}");
        }
        return run.Entries == 0 ? Bad("is empty") : Done.Value;
    }

    private static Error Bad(string what) => new(ErrorCode.InvalidArgument, $"The archive {what}.");

    private sealed class Run(string folder, PackageLimits limits, CountingStream packed)
    {
        private readonly byte[] _buffer = new byte[81920];
        private readonly string _root = Path.GetFullPath(folder);
        private long _bytes;

        public int Entries { get; set; }

        public async Task<Error?> TakeAsync(TarEntry entry, CancellationToken ct)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) return null;
            if (Place(entry.Name) is not { } path) return Bad($"would write outside of its folder: entry '{entry.Name}'");
            if (PassesLink(path)) return Bad($"writes through a link: entry '{entry.Name}'");
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    if (File.Exists(path)) return Bad($"has a folder in place of a file: entry '{entry.Name}'");
                    Directory.CreateDirectory(path);
                    return null;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    return await WriteAsync(entry, path, ct).ConfigureAwait(false);
                case TarEntryType.SymbolicLink:
                    return Link(entry, path);
                case TarEntryType.HardLink:
                    return HardLink(entry, path);
                default:
                    return Bad($"holds a {entry.EntryType}, which a model has no use for: entry '{entry.Name}'");
            }
        }

        private async Task<Error?> WriteAsync(TarEntry entry, string path, CancellationToken ct)
        {
            if (Prepare(entry, path) is { } error) return error;
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            if (entry.DataStream is { } data)
            {
                int read;
                while ((read = await data.ReadAsync(_buffer, ct).ConfigureAwait(false)) > 0)
                {
                    if (Grow(read, entry) is { } tooMuch) return tooMuch;
                    await file.WriteAsync(_buffer.AsMemory(0, read), ct).ConfigureAwait(false);
                }
            }
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, (entry.Mode & UnixFileMode.UserExecute) != 0 ? Readable | Executable : Readable);
            return null;
        }

        private Error? Grow(long by, TarEntry entry)
        {
            _bytes += by;
            if (_bytes > limits.MaxBytes) return Bad($"unpacks to more than {limits.MaxBytes} bytes: entry '{entry.Name}'");
            if (_bytes > limits.RatioFreeBytes && _bytes > packed.Count * limits.MaxRatio)
                return Bad($"unpacks to more than {limits.MaxRatio:0} times its size, as a bomb would: entry '{entry.Name}'");
            return null;
        }

        // A link may climb from its own folder first, and then only descend: as nothing is ever written through a link, the climb cannot leave
        // the real folder, and each link that the descent passes was held to the same rule.
        private Error? Link(TarEntry entry, string path)
        {
            var parts = entry.LinkName.Split('/');
            var descends = false;
            foreach (var part in parts)
            {
                if (part is not (".." or "." or "")) descends = true;
                else if (part == ".." && descends) return Outside(entry);
            }
            if (Path.IsPathRooted(entry.LinkName) || !IsInside(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, entry.LinkName)))) return Outside(entry);
            if (Prepare(entry, path) is { } error) return error;
            File.CreateSymbolicLink(path, entry.LinkName);
            return null;
        }

        private Error? HardLink(TarEntry entry, string path)
        {
            if (Place(entry.LinkName) is not { } target || PassesLink(target) || new FileInfo(target) is not { Exists: true, LinkTarget: null } source) return Outside(entry);
            if (target == path) return null;
            if (Grow(source.Length, entry) is { } tooMuch) return tooMuch;
            if (Prepare(entry, path) is { } error) return error;
            File.Copy(target, path);
            return null;
        }

        private static Error? Prepare(TarEntry entry, string path)
        {
            if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) return Bad($"has a file in place of a folder: entry '{entry.Name}'");
            if (File.Exists(Path.GetDirectoryName(path))) return Bad($"has a file in place of a folder: entry '{entry.Name}'");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            return null;
        }

        private static Error Outside(TarEntry entry) => Bad($"holds a link out of its folder: entry '{entry.Name}' to '{entry.LinkName}'");

        private string? Place(string name)
        {
            if (name.Length == 0 || name[0] == '/' || name.Contains('\0') || name.Contains('\\') || name.Split('/').Contains("..")) return null;
            var path = Path.GetFullPath(Path.Combine(_root, name)).TrimEnd('/');
            return IsInside(path) ? path : null;
        }

        private bool IsInside(string path) => path == _root || path.StartsWith(_root + "/", StringComparison.Ordinal);

        private bool PassesLink(string path)
        {
            for (var at = Path.GetDirectoryName(path)!; at.Length > _root.Length; at = Path.GetDirectoryName(at)!)
                if (new FileInfo(at).LinkTarget is not null) return true;
            return false;
        }
    }

    /// <summary>Counts the packed bytes that were read.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => Count; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Count += read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Count += read;
            return read;
        }
    }
}
