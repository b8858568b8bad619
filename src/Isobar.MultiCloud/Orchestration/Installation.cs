using System.Security.Cryptography;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Tells this installation apart: names of buckets are shared by everybody in the world.</summary>
internal sealed class Installation(ControlPlaneOptions options, ISharedFiles? shared = null)
{
    private readonly Lazy<string> _id = new(() => File.ReadAllText(Founding.Path(Path.Combine(options.Directory, "installation"), shared,
        path => File.WriteAllText(path, RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 6)))).Trim());

    public string Id => _id.Value;
}
