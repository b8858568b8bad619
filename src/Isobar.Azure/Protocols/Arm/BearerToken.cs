using System.Buffers.Text;
using System.Text.Json;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>Who a bearer token says its bearer is. It is not checked here: whoever reaches this port may do everything, as with the other clouds' credentials.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    public static ArmActor Actor(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization[Scheme.Length..].Split('.') is not [_, var payload, _]) return ArmActor.Unknown;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            if ((Claim(claims, "upn") ?? Claim(claims, "unique_name") ?? Claim(claims, "preferred_username")) is { } user) return new ArmActor(user, "User");
            return (Claim(claims, "appid") ?? Claim(claims, "azp") ?? Claim(claims, "oid")) is { } application ? new ArmActor(application, "Application") : ArmActor.Unknown;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return ArmActor.Unknown;
        }
    }

    private static string? Claim(JsonDocument claims, string name) =>
        claims.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
