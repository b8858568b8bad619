using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Server.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Isobar.Server.Tests.Keys;

/// <summary>An OpenID provider: its discovery document, its keys, and tokens signed by them.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string Audience = "isobar";
    private LoopbackApp _app = null!;
    private RsaSecurityKey _key = NewKey();

    /// <summary>Where it is, which is who it is.</summary>
    public string Authority => _app.Url;

    public static async Task<OpenIdProvider> StartAsync()
    {
        var provider = new OpenIdProvider();
        provider._app = await LoopbackApp.StartAsync(provider.AnswerAsync);
        return provider;
    }

    /// <summary>Signs with another key from now on, and publishes that one alone.</summary>
    public void Rotate() => _key = NewKey();

    /// <summary>A token; valid unless told otherwise.</summary>
    /// <param name="expires">From now.</param>
    /// <param name="key">Who signs it; null: the provider.</param>
    public string Token(string audience = Audience, string? issuer = null, TimeSpan? expires = null, SecurityKey? key = null, string algorithm = SecurityAlgorithms.RsaSha256)
    {
        var end = DateTime.UtcNow + (expires ?? TimeSpan.FromHours(1));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Authority,
            Audience = audience,
            IssuedAt = end - TimeSpan.FromHours(2),
            NotBefore = end - TimeSpan.FromHours(2),
            Expires = end,
            Claims = new Dictionary<string, object> { ["sub"] = "ada" },
            SigningCredentials = new SigningCredentials(key ?? _key, algorithm),
        });
    }

    public static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("n") };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        var open = _key.Rsa.ExportParameters(includePrivateParameters: false);
        JsonObject? answer = http.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => new JsonObject { ["issuer"] = Authority, ["jwks_uri"] = Authority + "/keys", ["id_token_signing_alg_values_supported"] = new JsonArray("RS256") },
            "/keys" => new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = _key.KeyId, ["n"] = Base64UrlEncoder.Encode(open.Modulus), ["e"] = Base64UrlEncoder.Encode(open.Exponent) }) },
            _ => null,
        };
        if (answer is null) http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(answer?.ToJsonString() ?? "{}");
    }
}
