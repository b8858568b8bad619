using System.Security.Cryptography;
using System.Text;
using Isobar.Engine;

namespace Isobar.Azure.Blobs.Access;

/// <summary>The two keys of every storage account, worked out from a secret of this machine that lies in a file only its owner may read: they are the same after a restart.</summary>
internal sealed class AccountKeys(EngineOptions options)
{
    private const int Length = 64;
    private readonly Lazy<byte[]> _secret = new(() => Read(Path.Combine(Path.GetFullPath(options.DataDirectory), "azure-storage.key")));

    /// <summary>The keys in base64, as clients take them.</summary>
    public IReadOnlyList<(string Name, string Value)> Of(string account) => [.. Names.Select(n => (n, Convert.ToBase64String(Key(account, n))))];

    /// <summary>The bytes that sign for an account.</summary>
    public IEnumerable<byte[]> Bytes(string account) => Names.Select(n => Key(account, n));

    /// <summary>The key that one is lent for some time, to sign without knowing the account's.</summary>
    public byte[] Delegated(string account, string what) => HMACSHA256.HashData(_secret.Value, Encoding.UTF8.GetBytes($"delegated\n{account}\n{what}"));

    private static readonly string[] Names = ["key1", "key2"];

    private byte[] Key(string account, string name) => HMACSHA512.HashData(_secret.Value, Encoding.UTF8.GetBytes($"account\n{account}\n{name}"));

    private static byte[] Read(string file)
    {
        if (File.Exists(file)) return File.ReadAllBytes(file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var secret = RandomNumberGenerator.GetBytes(Length);
        var open = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) open.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var written = new FileStream(file, open);
        written.Write(secret);
        return secret;
    }
}
