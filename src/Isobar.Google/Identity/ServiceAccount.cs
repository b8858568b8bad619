using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Engine;

namespace Isobar.Google.Identity;

/// <summary>
/// The made-up service account of this machine. Its key is a file in the data directory, made when it is first asked for, so that a start does not
/// wait for it; official clients read that file as their application-default credentials.
/// </summary>
public sealed class ServiceAccount(EngineOptions options)
{
    /// <summary>The project that everything belongs to where nobody names another.</summary>
    public const string Project = "isobar";
    private const string KeyFile = "service-account.json";
    // The start of a server writes the file while work that goes on may ask for the key already: one at a time.
    private static readonly Lock Files = new();
    private readonly Lazy<JsonObject> _file = new(() => Read(options.DataDirectory, null));
    private RSA? _key;

    /// <summary>Its name.</summary>
    public string Email { get; } = $"isobar@{Project}.iam.gserviceaccount.com";

    /// <summary>Writes the key file for a server that answers at <paramref name="url"/>; the key itself stays what it was. Gives the path.</summary>
    public static string Write(string dataDirectory, string url)
    {
        Read(dataDirectory, url);
        return PathIn(dataDirectory);
    }

    /// <summary>Whether <paramref name="signature"/> (RSA, SHA-256, PKCS #1) is this account's.</summary>
    internal bool Verify(byte[] data, byte[] signature)
    {
        lock (_file) return Key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Signs for this account.</summary>
    internal byte[] Sign(byte[] data)
    {
        lock (_file) return Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>The name of the key.</summary>
    internal string KeyId => _file.Value["private_key_id"]!.GetValue<string>();

    private RSA Key
    {
        get
        {
            if (_key is not null) return _key;
            var key = RSA.Create();
            key.ImportFromPem(_file.Value["private_key"]!.GetValue<string>());
            return _key = key;
        }
    }

    private static string PathIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "google", KeyFile);

    private static JsonObject Read(string dataDirectory, string? url)
    {
        lock (Files) return ReadOrMake(PathIn(dataDirectory), url);
    }

    private static JsonObject ReadOrMake(string path, string? url)
    {
        if (File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject there)
        {
            if (url is null || there["token_uri"]?.GetValue<string>() == url + "/token") return there;
            Address(there, url);
            Save(path, there);
            return there;
        }
        using var key = RSA.Create(2048);
        var made = new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = Project,
            ["private_key_id"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)),
            ["private_key"] = key.ExportPkcs8PrivateKeyPem() + "\n",
            ["client_email"] = $"isobar@{Project}.iam.gserviceaccount.com",
            ["client_id"] = "100000000000000000000",
            ["universe_domain"] = "googleapis.com",
        };
        Address(made, url ?? "http://127.0.0.1:4588");
        Save(path, made);
        return made;
    }

    private static void Address(JsonObject file, string url)
    {
        file["auth_uri"] = url + "/o/oauth2/auth";
        file["token_uri"] = url + "/token";
        file["auth_provider_x509_cert_url"] = url + "/oauth2/v1/certs";
    }

    // Only its owner may read it, from the first byte on.
    private static void Save(string path, JsonObject file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var fresh = $"{path}.{Environment.ProcessId}.new";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(fresh, create)) writer.Write(file.ToJsonString(new() { WriteIndented = true }));
        File.Move(fresh, path, overwrite: true);
    }
}
