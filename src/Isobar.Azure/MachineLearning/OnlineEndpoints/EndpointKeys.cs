using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>What opens an endpoint: its two keys, and tokens that are signed with what only it knows.</summary>
internal sealed class EndpointKeys(JsonObject secrets)
{
    public const string Primary = "primaryKey", Secondary = "secondaryKey";
    private const string TokenKey = "tokenKey";
    private const int UsualKey = 128;
    private readonly byte[] _primary = Encoding.UTF8.GetBytes((string)secrets[Primary]!), _secondary = Encoding.UTF8.GetBytes((string)secrets[Secondary]!);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12), Refresh = TimeSpan.FromHours(6);

    public static JsonObject New(JsonObject? given) => new()
    {
        [Primary] = (string?)given?[Primary] ?? NewKey(),
        [Secondary] = (string?)given?[Secondary] ?? NewKey(),
        [TokenKey] = NewKey(),
    };

    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)).Replace('+', 'a').Replace('/', 'b');

    public JsonObject Show() => new() { [Primary] = (string)secrets[Primary]!, [Secondary] = (string)secrets[Secondary]! };

    public bool IsKey(ReadOnlySpan<char> bearer)
    {
        Span<byte> bytes = bearer.Length <= UsualKey ? stackalloc byte[Encoding.UTF8.GetMaxByteCount(UsualKey)] : new byte[Encoding.UTF8.GetMaxByteCount(bearer.Length)];
        bytes = bytes[..Encoding.UTF8.GetBytes(bearer, bytes)];
        return CryptographicOperations.FixedTimeEquals(bytes, _primary) | CryptographicOperations.FixedTimeEquals(bytes, _secondary);
    }

    public JsonObject Token(DateTimeOffset now)
    {
        var expires = (now + Lifetime).ToUnixTimeSeconds();
        return new JsonObject
        {
            ["accessToken"] = $"{expires}.{Sign(expires)}",
            ["expiryTimeUtc"] = expires,
            ["refreshAfterTimeUtc"] = (now + Refresh).ToUnixTimeSeconds(),
            ["tokenType"] = "Bearer",
        };
    }

    public bool IsToken(string bearer, DateTimeOffset now) =>
        bearer.Split('.') is [var text, var signature] && long.TryParse(text, out var expires) && expires > now.ToUnixTimeSeconds() && Same(signature, Sign(expires));

    private string Sign(long expires) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes((string)secrets[TokenKey]!), BitConverter.GetBytes(expires)));

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
