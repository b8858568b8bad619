namespace Isobar.MultiCloud.State;

/// <summary>Files that every server of a cluster can read. A server on its own has none: its folder is all there is.</summary>
public interface ISharedFiles
{
    /// <summary>Whether there is a file of a name.</summary>
    Task<bool> HasAsync(string name, CancellationToken ct = default);

    /// <summary>Stores a local file under a name; what is there already stays.</summary>
    Task SaveAsync(string name, string path, CancellationToken ct = default);

    /// <summary>Stores a local file under a name, in the place of what is there.</summary>
    Task ReplaceAsync(string name, string path, CancellationToken ct = default);

    /// <summary>The names of the files that begin so, and their sizes in bytes.</summary>
    Task<IReadOnlyDictionary<string, long>> ListAsync(string prefix, CancellationToken ct = default);

    /// <summary>Writes a stored file to a path, whole or not at all; false where there is none.</summary>
    Task<bool> LoadAsync(string name, string path, CancellationToken ct = default);

    /// <summary>Drops a file.</summary>
    Task DeleteAsync(string name, CancellationToken ct = default);

    /// <summary>Drops all files whose names begin so.</summary>
    Task DeleteAllAsync(string prefix, CancellationToken ct = default);
}
