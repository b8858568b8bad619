using System.Formats.Tar;
using System.IO.Compression;

namespace Isobar.Engine.Training;

/// <summary>Packs folders into <c>.tar.gz</c>, the same bytes for the same files.</summary>
internal static class TarGz
{
    public static async Task PackAsync(string folder, string target, CancellationToken ct)
    {
        await using var file = File.Create(target);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(path);
            var entry = new PaxTarEntry(TarEntryType.RegularFile, Path.GetRelativePath(folder, path).Replace('\\', '/'))
            {
                DataStream = content,
                ModificationTime = DateTimeOffset.UnixEpoch,
                Mode = OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(path),
            };
            await tar.WriteEntryAsync(entry, ct).ConfigureAwait(false);
        }
    }
}
