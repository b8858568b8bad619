using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Isobar.Google.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace Isobar.Google.Storage;

/// <summary>Holds a V4 signed URL to its own terms, and to its signature where it is of the emulator's own service account.</summary>
internal static class SignedUrl
{
    private const string Algorithm = "GOOG4-RSA-SHA256";
    private const int MaxSeconds = 7 * 24 * 60 * 60;
    private static readonly string[] Needed = ["X-Goog-Credential", "X-Goog-Date", "X-Goog-Expires", "X-Goog-SignedHeaders", "X-Goog-Signature"];

    public static StorageError? Check(StorageCall call, ServiceAccount account)
    {
        if (call.Query("X-Goog-Algorithm") is not { } algorithm) return null;
        if (algorithm is not (Algorithm or "GOOG4-HMAC-SHA256")) return Bad("X-Goog-Algorithm", algorithm, $"{Algorithm} or GOOG4-HMAC-SHA256");
        if (Needed.FirstOrDefault(n => string.IsNullOrEmpty(call.Query(n))) is { } missing) return StorageError.Required(missing);
        if (!DateTimeOffset.TryParseExact(call.Query("X-Goog-Date"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return Bad("X-Goog-Date", call.Query("X-Goog-Date"), "a time like 20260101T000000Z");
        if (!int.TryParse(call.Query("X-Goog-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > MaxSeconds) return Bad("X-Goog-Expires", call.Query("X-Goog-Expires"), $"0 to {MaxSeconds} seconds");
        var now = call.Time.GetUtcNow();
        if (now > date.AddSeconds(seconds)) return new StorageError(400, "ExpiredToken", "The provided token has expired. Request signature expired at: " + date.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture));
        var credential = call.Query("X-Goog-Credential")!.Split('/', 2);
        // Keys that are not the emulator's own cannot be checked: their public halves are Google's to know.
        if (algorithm != Algorithm || credential.Length != 2 || credential[0] != account.Email) return null;
        // Google's client for Node.js signs the host without its port, the others with it.
        string[] hosts = [call.Request.Host.Value ?? "", call.Request.Host.Host];
        return IsHex(call.Query("X-Goog-Signature")!) && hosts.Any(h => IsSigned(call, account, credential[1], h))
            ? null
            : new StorageError(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.");
    }

    private static bool IsSigned(StorageCall call, ServiceAccount account, string scope, string host)
    {
        var signed = $"{Algorithm}\n{call.Query("X-Goog-Date")}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(call, host))))}";
        return account.Verify(Encoding.UTF8.GetBytes(signed), Convert.FromHexString(call.Query("X-Goog-Signature")!));
    }

    private static string Canonical(StorageCall call, string host)
    {
        var names = call.Query("X-Goog-SignedHeaders")!.Split(';');
        var query = QueryHelpers.ParseQuery(call.Target.Query).Where(p => p.Key != "X-Goog-Signature")
            .SelectMany(p => p.Value.Select(v => (Key: Uri.EscapeDataString(p.Key), Value: Uri.EscapeDataString(v ?? "")))).OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal);
        var headers = names.Select(n => $"{n}:{(n == "host" ? host : string.Join(',', call.Request.Headers[n].Select(v => v!.Trim())))}\n");
        var payload = names.Contains("x-goog-content-sha256") ? call.Header("x-goog-content-sha256") : "UNSIGNED-PAYLOAD";
        return $"{call.Request.Method}\n{call.Target.Path}\n{string.Join('&', query.Select(p => $"{p.Key}={p.Value}"))}\n{string.Concat(headers)}\n{call.Query("X-Goog-SignedHeaders")}\n{payload}";
    }

    private static bool IsHex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);

    private static StorageError Bad(string name, string? value, string allowed) => new(400, "AuthorizationQueryParametersError", $"Invalid value '{value}' for {name}: {allowed}");
}
