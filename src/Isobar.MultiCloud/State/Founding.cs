namespace Isobar.MultiCloud.State;

/// <summary>Small files that are made once and are the same for ever after: for a server, or for all servers of a cluster.</summary>
public static class Founding
{
    /// <summary>Where the file is; made by <paramref name="make"/>, or taken over from the cluster where another server was first.</summary>
    public static string Path(string path, ISharedFiles? shared, Action<string> make)
    {
        if (File.Exists(path)) return path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var name = "founding/" + System.IO.Path.GetFileName(path);
        // Asked once, at the first use, off the callers' contexts: the callers are properties.
        if (shared is not null && Task.Run(() => shared.LoadAsync(name, path)).GetAwaiter().GetResult()) return path;
        var fresh = path + ".new";
        File.Delete(fresh);
        make(fresh);
        if (shared is null)
        {
            File.Move(fresh, path);
            return path;
        }
        Task.Run(() => shared.SaveAsync(name, fresh)).GetAwaiter().GetResult();
        File.Delete(fresh);
        // Another may have been faster by a moment: what the cluster holds counts.
        Task.Run(() => shared.LoadAsync(name, path)).GetAwaiter().GetResult();
        return path;
    }
}
