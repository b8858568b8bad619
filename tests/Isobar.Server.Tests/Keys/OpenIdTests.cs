using System.Net;
using System.Security.Cryptography;
using Isobar.Server.Tests.Harness;
using Microsoft.IdentityModel.Tokens;

namespace Isobar.Server.Tests.Keys;

/// <summary>A service that takes the tokens of an OpenID provider, and no others.</summary>
public sealed class OpenIdTests : IAsyncLifetime
{
    private LiveServer _server = null!;
    private LoopbackApp _model = null!;
    private OpenIdProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _model = await LoopbackApp.ModelAsync();
        _provider = await OpenIdProvider.StartAsync();
        _server = await LiveServer.StartAsync(o => o with { OidcAuthority = _provider.Authority, OidcAudience = OpenIdProvider.Audience });
        await _server.DefineAsync("guarded", $$"""{"backends": [{"name": "own", "url": "{{_model.Url}}/predict"}], "access": "keys"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
        await _model.DisposeAsync();
    }

    [Fact]
    public async Task Token_OfTheProvider_OpensAndItsSubjectIsCounted()
    {
        Assert.Equal((HttpStatusCode.OK, ""), await AskAsync(_provider.Token()));
        Assert.Contains("\"caller\":\"oidc:ada\"", await _server.Http.GetStringAsync("/v1/gateway/usage"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_NotValid_IsRefusedWithItsReason()
    {
        Assert.Equal((HttpStatusCode.Unauthorized, "it has expired"), await AskAsync(_provider.Token(expires: TimeSpan.FromHours(-1))));
        Assert.Equal((HttpStatusCode.Unauthorized, "it is for another audience"), await AskAsync(_provider.Token(audience: "somebody-else")));
        Assert.Equal((HttpStatusCode.Unauthorized, "it comes from another issuer"), await AskAsync(_provider.Token(issuer: "https://login.example.com")));
        Assert.Equal((HttpStatusCode.Unauthorized, "the provider has not signed it"), await AskAsync(_provider.Token(key: OpenIdProvider.NewKey())));
        // A shared secret is nobody's signature, whatever it is.
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(_provider.Token(key: new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)), algorithm: SecurityAlgorithms.HmacSha256))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("not.a.token")).Status);
        Assert.Equal((HttpStatusCode.OK, ""), await AskAsync(_provider.Token()));
    }

    [Fact]
    public async Task Token_SignedByANewKey_OpensOnceTheKeysWereReadAnew()
    {
        Assert.Equal((HttpStatusCode.OK, ""), await AskAsync(_provider.Token()));
        _provider.Rotate();
        Assert.Equal((HttpStatusCode.OK, ""), await AskAsync(_provider.Token()));
    }

    private async Task<(HttpStatusCode Status, string Why)> AskAsync(string token)
    {
        using var reply = await _server.AskAsync("guarded", token);
        var text = reply.IsSuccessStatusCode ? "" : await reply.Content.ReadAsStringAsync();
        string[] reasons = ["it has expired", "it is for another audience", "it comes from another issuer", "the provider has not signed it"];
        return (reply.StatusCode, reasons.FirstOrDefault(r => text.Contains(r, StringComparison.Ordinal)) ?? (text.Length > 0 ? "another reason: " + text : ""));
    }
}
