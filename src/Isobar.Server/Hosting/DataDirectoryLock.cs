using System.Globalization;
using System.Text;

namespace Isobar.Server.Hosting;

/// <summary>Holds a data directory, so that two servers never share one. The system lets go when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DataDirectoryInUseException">Another server holds it.</exception>
    public static DataDirectoryLock Take(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectoryLock(file);
        }
        catch (IOException)
        {
            throw new DataDirectoryInUseException(Path.GetFullPath(dataDirectory));
        }
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>Another server holds the data directory.</summary>
public sealed class DataDirectoryInUseException(string directory)
    : IOException($"Another Isobar uses the data directory {directory}. Stop it, or give this one its own with --data.");
