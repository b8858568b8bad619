using Isobar.Core.Results;
using Isobar.Server.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Isobar.Server.Gateway.Keys;

/// <summary>Checks tokens of an OpenID provider: its signature, issuer, audience and time. The provider's keys are read from its discovery document, and anew when a key is not known.</summary>
internal sealed class TokenValidation
{
    private readonly JsonWebTokenHandler _handler = new();
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _provider;
    private readonly string? _audience;

    public TokenValidation(IsobarServerOptions options, IHttpClientFactory http)
    {
        if (options.OidcAuthority is not { } authority) return;
        _audience = options.OidcAudience;
        var address = authority.TrimEnd('/') + "/.well-known/openid-configuration";
        _provider = new(address, new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever(http.CreateClient()) { RequireHttps = !new Uri(authority).IsLoopback });
    }

    /// <summary>The subject of a valid token.</summary>
    public async ValueTask<Result<string>> ValidateAsync(string token, CancellationToken ct)
    {
        if (_provider is null) return new Error(ErrorCode.Unauthenticated, "The key is not known.");
        if (!(await ReadAsync(_provider, ct).ConfigureAwait(false)).TryGet(out var provider, out var unread)) return unread;
        var result = await CheckAsync(token, provider).ConfigureAwait(false);
        // The provider may sign with another key since.
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && await AnewAsync(_provider, provider, ct).ConfigureAwait(false) is { } newer) result = await CheckAsync(token, newer).ConfigureAwait(false);
        if (!result.IsValid) return new Error(ErrorCode.Unauthenticated, "The token is not valid: " + Why(result.Exception));
        return result.ClaimsIdentity.FindFirst("sub")?.Value is { Length: > 0 } subject ? subject : new Error(ErrorCode.Unauthenticated, "The token names no subject.");
    }

    private Task<TokenValidationResult> CheckAsync(string token, OpenIdConnectConfiguration provider) => _handler.ValidateTokenAsync(token, new TokenValidationParameters
    {
        ValidIssuer = provider.Issuer,
        ValidAudience = _audience,
        ValidateAudience = _audience is not null,
        IssuerSigningKeys = provider.SigningKeys,
        // What is signed by nobody, or by a shared secret, is not the provider's.
        ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
    });

    private static async Task<Result<OpenIdConnectConfiguration>> ReadAsync(ConfigurationManager<OpenIdConnectConfiguration> from, CancellationToken ct)
    {
        try { return await from.GetConfigurationAsync(ct).ConfigureAwait(false); }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException) { return new Error(ErrorCode.Unavailable, "The OpenID provider cannot be reached, so the token cannot be checked."); }
    }

    // Read in the background, and at most every five minutes, whatever tokens somebody sends: it is waited for a moment.
    private static async Task<OpenIdConnectConfiguration?> AnewAsync(ConfigurationManager<OpenIdConnectConfiguration> from, OpenIdConnectConfiguration known, CancellationToken ct)
    {
        from.RequestRefresh();
        for (var i = 0; i < 20; i++)
        {
            if ((await ReadAsync(from, ct).ConfigureAwait(false)).TryGet(out var now, out _) && !ReferenceEquals(now, known)) return now;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct).ConfigureAwait(false);
        }
        return null;
    }

    private static string Why(Exception? fault) => fault switch
    {
        SecurityTokenExpiredException => "it has expired.",
        SecurityTokenNotYetValidException => "its time has not come.",
        SecurityTokenInvalidAudienceException => "it is for another audience.",
        SecurityTokenInvalidIssuerException => "it comes from another issuer.",
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "the provider has not signed it.",
        _ => "it cannot be read.",
    };
}
