using System.Net;
using System.Text;
using Isobar.Dashboard.Tests.Harness;
using Isobar.Engine.Keys;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests;

/// <summary>A control plane that asks for keys: its API, and its dashboard.</summary>
public sealed class SignInTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-sign-in-").FullName;
    private IsobarServer _server = null!;
    private AccessKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await IsobarServer.StartAsync(DashboardFixture.Options(Path.Combine(_folder, "data")) with { RequireKeys = true });
        _key = await Ring.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Api_WithoutAKey_RefusesAllButItsHealth()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server.Addresses.Control) };
        foreach (var path in new[] { "/v1/clouds", "/v1/projects", "/v1/services", "/v1/usage", "/v1/costs", "/v1/gateway/keys", "/metrics", "/openapi/v1.json" })
        {
            using var refused = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, refused.StatusCode));
            Assert.Equal("Basic", refused.Headers.WwwAuthenticate.Single().Scheme);
        }
        foreach (var wrong in new[] { $"{_key.Id}:wrong", $"{_key.Id}:", "nobody:" + _key.Secret, _key.Secret, "" })
        {
            using var refused = await SendAsync(http, wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using var healthy = await http.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
        using var answered = await SendAsync(http, $"{_key.Id}:{_key.Secret}");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        await Ring.RevokeAsync(_key.Id);
        using var revoked = await SendAsync(http, $"{_key.Id}:{_key.Secret}");
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
    }

    [Fact]
    public async Task Dashboard_WithoutASession_ShowsNothingAndOpensNoCircuit()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_server.Addresses.Control) };
        foreach (var path in new[] { "/dashboard", "/dashboard/models", "/dashboard/audit" })
        {
            using var sent = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.StartsWith("/dashboard/sign-in?from=", sent.Headers.Location!.ToString(), StringComparison.Ordinal);
        }
        using var circuit = await http.PostAsync(new Uri("/dashboard/_blazor/negotiate?negotiateVersion=1", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Unauthorized, circuit.StatusCode);
        using var forged = await http.PostAsync(new Uri("/dashboard/sign-in", UriKind.Relative), new FormUrlEncodedContent([new("_handler", "sign-in"), new("Id", _key.Id), new("Secret", _key.Secret)]));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "/dashboard/sign-in");
        elsewhere.Headers.Add("Origin", "https://evil.example");
        using var foreign = await http.SendAsync(elsewhere);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
    }

    [Fact]
    public async Task SignIn_WithAKey_OpensThePageThatWasAskedForAndEndsWithTheKey()
    {
        await using var window = await chromium.OpenAsync(_server.Addresses.Control);
        await window.Page.GotoAsync("/dashboard/models");
        await window.Page.GetByLabel("Access key id").FillAsync(_key.Id);
        await window.Page.GetByLabel("Secret access key").FillAsync("wrong");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Empty(await window.ViolationsAsync());
        await window.Page.GetByLabel("Secret access key").FillAsync(_key.Secret);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Models", Exact = true, Level = 1 }).WaitForAsync();
        await window.LiveAsync();
        Assert.EndsWith("/dashboard/models", window.Page.Url, StringComparison.Ordinal);
        Assert.Empty(await window.ViolationsAsync());

        var cookies = await window.Page.Context.CookiesAsync();
        Assert.All(cookies, c => Assert.True(c is { HttpOnly: true, SameSite: SameSiteAttribute.Strict }, c.Name));
        Assert.DoesNotContain(cookies, c => c.Value.Contains(_key.Secret, StringComparison.Ordinal));
        var log = Path.Combine(_server.Addresses.DataDirectory, "server.log");
        Assert.DoesNotContain(_key.Secret, File.Exists(log) ? await ReadAsync(log) : "", StringComparison.Ordinal);

        // A key that is revoked ends the session that it began, an open page's too.
        await Ring.RevokeAsync(_key.Id);
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Level = 1 }).WaitForAsync();
    }

    [Fact]
    public async Task SignOut_FromAnyPage_EndsTheSession()
    {
        await using var window = await chromium.OpenAsync(_server.Addresses.Control);
        await window.Page.GotoAsync("/dashboard/sign-in?from=https://evil.example/");
        await window.Page.GetByLabel("Access key id").FillAsync(_key.Id);
        await window.Page.GetByLabel("Secret access key").FillAsync(_key.Secret);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 }).WaitForAsync();
        await window.LiveAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Level = 1 }).WaitForAsync();
        await window.Page.GotoAsync("/dashboard");
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Level = 1 }).WaitForAsync();
    }

    private IKeyRing Ring => _server.Services.GetRequiredService<IKeyRing>();

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/clouds");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return await http.SendAsync(request);
    }

    private static async Task<string> ReadAsync(string path)
    {
        // The server is still writing it.
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }
}
