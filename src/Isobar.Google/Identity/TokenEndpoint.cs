using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Isobar.Google.Identity;

/// <summary>OAuth's token endpoint: a signed assertion of the service account, or a refresh token, for an access token.</summary>
internal sealed class TokenEndpoint(ServiceAccount account, TimeProvider time)
{
    private const int Lifetime = 3599;
    private const string Assertion = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public async Task HandleAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            await RefuseAsync(http, "invalid_request", "The request must be a form.").ConfigureAwait(false);
            return;
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        switch (form["grant_type"].ToString())
        {
            case Assertion:
                await AssertAsync(http, form["assertion"].ToString()).ConfigureAwait(false);
                break;
            // User credentials have nothing here to be checked against: whoever reaches this machine is its user.
            case "refresh_token" when form["refresh_token"].Count > 0:
                await WriteAsync(http, new JsonObject { ["access_token"] = NewToken(), ["expires_in"] = Lifetime, ["token_type"] = "Bearer", ["scope"] = "https://www.googleapis.com/auth/cloud-platform" }).ConfigureAwait(false);
                break;
            case "refresh_token":
                await RefuseAsync(http, "invalid_request", "Missing required parameter: refresh_token").ConfigureAwait(false);
                break;
            case var other:
                await RefuseAsync(http, "unsupported_grant_type", $"Invalid grant_type: {other}").ConfigureAwait(false);
                break;
        }
    }

    /// <summary>An access token of the service account.</summary>
    public static string NewToken() => "ya29." + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48));

    /// <summary>An ID token for an audience.</summary>
    public string IdToken(string audience, string issuer)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = account.KeyId };
        var claims = new JsonObject { ["iss"] = issuer, ["aud"] = audience, ["sub"] = account.Email, ["email"] = account.Email, ["email_verified"] = true, ["iat"] = now, ["exp"] = now + Lifetime };
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(account.Sign(Encoding.ASCII.GetBytes(text)))}";
    }

    // The three parts of the assertion: 1. well-formed; 2. of this account; 3. not expired; 4. signed by its key.
    private async Task AssertAsync(HttpContext http, string assertion)
    {
        // 1.
        var parts = assertion.Split('.');
        if (parts.Length != 3 || Decode(parts[1]) is not { } claims || !Base64Url.IsValid(parts[2]))
        {
            await RefuseAsync(http, "invalid_grant", "Invalid JWT: The assertion is not three parts of base64url.").ConfigureAwait(false);
            return;
        }
        // 2.
        if (claims["iss"]?.ToString() != account.Email)
        {
            await RefuseAsync(http, "invalid_grant", "Invalid grant: account not found").ConfigureAwait(false);
            return;
        }
        // 3.
        if (claims["exp"] is not JsonValue exp || !exp.TryGetValue<long>(out var end) || time.GetUtcNow().ToUnixTimeSeconds() > end)
        {
            await RefuseAsync(http, "invalid_grant", "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe. Check your iat and exp values.").ConfigureAwait(false);
            return;
        }
        // 4.
        if (!account.Verify(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])))
        {
            await RefuseAsync(http, "invalid_grant", "Invalid JWT Signature.").ConfigureAwait(false);
            return;
        }
        var answer = claims["target_audience"] is { } audience
            ? new JsonObject { ["id_token"] = IdToken(audience.ToString(), $"{http.Request.Scheme}://{http.Request.Host}") }
            : new JsonObject { ["access_token"] = NewToken(), ["expires_in"] = Lifetime, ["token_type"] = "Bearer" };
        await WriteAsync(http, answer).ConfigureAwait(false);
    }

    private static JsonObject? Decode(string part)
    {
        if (!Base64Url.IsValid(part)) return null;
        try
        {
            return JsonNode.Parse(Base64Url.DecodeFromChars(part)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Encode(JsonObject document) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(document.ToJsonString()));

    private static Task RefuseAsync(HttpContext http, string error, string description)
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return WriteAsync(http, new JsonObject { ["error"] = error, ["error_description"] = description });
    }

    private static Task WriteAsync(HttpContext http, JsonObject document)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(document.ToJsonString());
    }
}
