using System.Security.Cryptography;
using System.Text;
using Isobar.Aws.Protocols;

namespace Isobar.Aws.Signing;

/// <summary>The arithmetic of Signature Version 4.</summary>
internal static class SigningKey
{
    public static byte[] Of(string secret, CredentialScope scope)
    {
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(scope.Date));
        foreach (var part in (string[])[scope.Region, scope.Service, "aws4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }

    public static string ScopeText(CredentialScope scope) => $"{scope.Date}/{scope.Region}/{scope.Service}/aws4_request";

    public static string Sign(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>Compares without telling by the time where the difference lies.</summary>
    public static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(a), Encoding.ASCII.GetBytes(b));
}
