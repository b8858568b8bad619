using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Isobar.Cli;

/// <summary>A folder or a file of code as a tar.gz. The same code makes the same bytes, whenever and by whom it is packed: they say whether a model must be trained anew.</summary>
internal static class CodePack
{
    private const long MaxBytes = 512L << 20;
    private static readonly string[] Left = [".git", "__pycache__", ".venv", "node_modules"];

    public static bool Has(string path, string entry) => File.Exists(path) ? Path.GetFileName(path) == entry : File.Exists(Path.Combine(path, entry));

    public static string Digest(string path)
    {
        using var pack = Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(pack));
    }

    /// <summary>The pack, at its beginning.</summary>
    public static Stream Open(string path)
    {
        var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        using (var zipped = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(zipped, TarEntryFormat.Ustar))
        {
            var root = File.Exists(path) ? Path.GetDirectoryName(path)! : path;
            foreach (var (name, source) in Files(path).Select(f => (Path.GetRelativePath(root, f).Replace('\\', '/'), f)).OrderBy(f => f.Item1, StringComparer.Ordinal))
            {
                using var content = File.OpenRead(source);
                if (content.Length > MaxBytes) throw new IOException($"{source} has {content.Length} bytes; code has at most {MaxBytes}.");
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { ModificationTime = DateTimeOffset.UnixEpoch, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead, DataStream = content });
            }
        }
        file.Position = 0;
        return file;
    }

    private static IEnumerable<string> Files(string path) => File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => !Path.GetRelativePath(path, f).Split(Path.DirectorySeparatorChar).Any(Left.Contains));
}
