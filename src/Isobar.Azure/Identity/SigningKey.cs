using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine;

namespace Isobar.Azure.Identity;

/// <summary>The key that tokens are signed with, in a file that only its owner may read: tokens stay valid over a restart.</summary>
internal sealed class SigningKey
{
    private readonly RSA _rsa = RSA.Create(2048);

    public SigningKey(EngineOptions options)
    {
        var file = Path.Combine(Path.GetFullPath(options.DataDirectory), "azure-identity.pem");
        if (File.Exists(file)) _rsa.ImportFromPem(File.ReadAllText(file));
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var open = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) open.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(file, open);
            writer.Write(_rsa.ExportPkcs8PrivateKeyPem());
        }
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        Id = Base64Url.EncodeToString(SHA256.HashData(key.Modulus!))[..27];
        Public = new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = Id, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) };
    }

    public string Id { get; }

    /// <summary>The public half, as a JSON Web Key.</summary>
    public JsonObject Public { get; }

    /// <summary>Whether a token was signed here and is valid now.</summary>
    public bool Verify(string token, DateTimeOffset now)
    {
        if (token.Split('.') is not [var header, var claims, var signature]) return false;
        try
        {
            var signed = Encoding.ASCII.GetBytes($"{header}.{claims}");
            var bytes = Base64Url.DecodeFromChars(signature);
            lock (_rsa)
                if (!_rsa.VerifyData(signed, bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return false;
            return JsonNode.Parse(Base64Url.DecodeFromChars(claims))?["exp"]?.GetValue<long>() > now.ToUnixTimeSeconds();
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
        {
            return false;
        }
    }

    public string Sign(JsonObject claims)
    {
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = Id };
        var text = $"{Encode(header)}.{Encode(claims)}";
        // RSA objects of .NET are not made for several threads at once.
        lock (_rsa) return $"{text}.{Base64Url.EncodeToString(_rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

        static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
    }
}
