using System.Globalization;
using System.Text;

namespace Isobar.Server.Hosting;

/// <summary>Holds a data directory, so that two servers never share one. The system lets go when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DataDirectoryInUseException">Another server holds it.</exception>
    public static async Task<DataDirectoryLock> TakeAsync(string dataDirectory, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(dataDirectory);
        for (var attempt = 1; ; attempt++)
        {
            try { return new DataDirectoryLock(new FileStream(PathIn(dataDirectory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)); }
            catch (IOException e) when (IsHeldElsewhere(e))
            {
                // A command that asks whether anybody holds it does so for an instant.
                if (attempt == Attempts) throw new DataDirectoryInUseException(Path.GetFullPath(dataDirectory));
            }
            await Task.Delay(Between, time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a server that is alive holds the directory.</summary>
    public static bool IsHeld(string dataDirectory)
    {
        try
        {
            using var file = new FileStream(PathIn(dataDirectory), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (IsHeldElsewhere(e)) { return true; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return false; }
    }

    // EAGAIN as Linux and as macOS number it, and the sharing violation of Windows.
    private static bool IsHeldElsewhere(IOException e) => e.HResult is 11 or 35 || (e.HResult & 0xFFFF) == 32;

    private static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "lock");

    public void Dispose() => _file.Dispose();
}

/// <summary>Another server holds the data directory.</summary>
public sealed class DataDirectoryInUseException(string directory)
    : IOException($"Another Isobar uses the data directory {directory}. Stop it, or give this one its own with --data.");
