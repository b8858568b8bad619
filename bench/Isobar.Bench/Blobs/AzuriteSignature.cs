using System.Security.Cryptography;
using System.Text;

namespace Isobar.Bench.Blobs;

/// <summary>Azurite takes no request without credentials: an account signature, worked out once, by the account and key that its documentation names for everyone.</summary>
internal static class AzuriteSignature
{
    public const string Account = "devstoreaccount1", Version = "2021-10-04";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static string Query()
    {
        const string permissions = "rwdlacup", services = "b", types = "sco", until = "2099-01-01T00:00:00Z";
        // Without a start, addresses, protocols and encryption scope, whose lines stay empty.
        var text = $"{Account}\n{permissions}\n{services}\n{types}\n\n{until}\n\n\n{Version}\n\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(text)));
        return $"?sv={Version}&ss={services}&srt={types}&sp={permissions}&se={Uri.EscapeDataString(until)}&sig={Uri.EscapeDataString(signature)}";
    }
}
