using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Isobar.Engine.Objects;

/// <summary>What .NET has no call for on the way to the disk.</summary>
internal static partial class DiskSync
{
    private const uint SyncFileRangeWrite = 2;

    /// <summary>Brings a folder's entries to the disk: a renamed file survives a power cut only after this.</summary>
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

    /// <summary>Lets the kernel begin to write what it holds of a file, so that the sync at the end finds little left. A hint: failure does not matter.</summary>
    public static void StartWriteback(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux()) _ = SyncFileRange(file, 0, 0, SyncFileRangeWrite);
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
