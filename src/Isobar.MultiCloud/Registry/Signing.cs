using System.Security.Cryptography;
using System.Text;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Registry;

/// <summary>Signs versions with a key of this installation (ECDSA, P-256), in a file that only its owner may read.</summary>
public sealed class Signing(ControlPlaneOptions options, ISharedFiles? shared = null) : IDisposable
{
    private readonly Lazy<ECDsa> _key = new(() => Read(Founding.Path(Path.Combine(options.Directory, "signing.pem"), shared, Make)));

    /// <summary>The public key, PEM, by which others may check.</summary>
    public string PublicKey => _key.Value.ExportSubjectPublicKeyInfoPem();

    /// <summary>Signs what a version is: its name, number and content.</summary>
    public string Sign(string project, string model, int number, string sha256) => Convert.ToBase64String(_key.Value.SignData(Statement(project, model, number, sha256), HashAlgorithmName.SHA256));

    /// <summary>Whether a version's signature is ours and fits.</summary>
    public bool Holds(ModelVersion version)
    {
        Span<byte> signature = stackalloc byte[128];
        return Convert.TryFromBase64String(version.Signature, signature, out var length)
            && _key.Value.VerifyData(Statement(version.Project, version.Model, version.Number, version.Sha256), signature[..length], HashAlgorithmName.SHA256);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_key.IsValueCreated) _key.Value.Dispose();
    }

    private static byte[] Statement(string project, string model, int number, string sha256) => Encoding.UTF8.GetBytes($"isobar model\n{project}\n{model}\n{number}\n{sha256}");

    private static ECDsa Read(string path)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    private static void Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, Encoding.ASCII, mode);
        file.Write(key.ExportPkcs8PrivateKeyPem());
    }
}
