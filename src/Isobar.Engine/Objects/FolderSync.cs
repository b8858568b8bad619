using System.Runtime.InteropServices;

namespace Isobar.Engine.Objects;

/// <summary>Brings a folder's entries to the disk: a renamed file survives a power cut only after this. .NET has no call for it.</summary>
internal static partial class FolderSync
{
    public static void Flush(string folder)
    {
        // Windows writes its folders through the journal and opens none of them as files.
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) throw new IOException($"The folder {folder} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (Fsync(descriptor) != 0) throw new IOException($"The folder {folder} cannot be flushed (errno {Marshal.GetLastPInvokeError()}).", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
