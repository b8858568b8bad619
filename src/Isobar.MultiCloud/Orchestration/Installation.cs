using System.Security.Cryptography;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Tells this installation apart: names of buckets are shared by everybody in the world.</summary>
internal sealed class Installation(ControlPlaneOptions options)
{
    private readonly Lazy<string> _id = new(() => Read(Path.Combine(options.Directory, "installation")));

    public string Id => _id.Value;

    private static string Read(string path)
    {
        if (File.Exists(path)) return File.ReadAllText(path).Trim();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var id = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 6);
        File.WriteAllText(path + ".new", id);
        File.Move(path + ".new", path);
        return id;
    }
}
