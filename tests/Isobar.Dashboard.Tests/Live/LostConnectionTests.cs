using System.Net;
using System.Net.Sockets;
using Isobar.Dashboard.Tests.Harness;
using Isobar.Server.Hosting;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests.Live;

/// <summary>A page whose server does not answer says so, and comes back by itself.</summary>
public sealed class LostConnectionTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-lost-").FullName;
    private IsobarServerOptions _options = null!;
    private IsobarServer? _server;

    public async ValueTask InitializeAsync()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        // The same address after a restart.
        _options = DashboardFixture.Options(Path.Combine(_folder, "data")) with { ControlPort = ((IPEndPoint)probe.LocalEndpoint).Port };
        probe.Stop();
        _server = await IsobarServer.StartAsync(_options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Connection_LostForAWhile_IsSaidAndTakenUpAgainWhereItStood()
    {
        await using var window = await chromium.OpenAsync(_server!.Addresses.Control);
        var (open, isDown) = (new List<IWebSocketRoute>(), false);
        await window.Page.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            if (isDown)
            {
                _ = socket.CloseAsync();
                return;
            }
            _ = socket.ConnectToServer();
            open.Add(socket);
        });
        await window.GoAsync("/dashboard/events");
        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("training");
        isDown = true;
        foreach (var socket in open.ToList()) await socket.CloseAsync();
        var said = window.Page.GetByText("The server does not answer");
        await said.WaitForAsync();
        Assert.Empty(await window.ViolationsAsync());
        isDown = false;
        await said.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        // The page was not made anew: what was typed stands, and it is live.
        Assert.Equal("training", await window.Page.GetByRole(AriaRole.Searchbox).InputValueAsync());
        await PutAsync("shop");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Services", Exact = true }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "shop" }).WaitForAsync();
    }

    [Fact]
    public async Task Server_StartedAgain_IsFoundByThePageThatWasOpen()
    {
        await using var window = await chromium.OpenAsync(_server!.Addresses.Control);
        await window.GoAsync("/dashboard/services");
        await _server.DisposeAsync();
        await window.Page.GetByText("The server does not answer").WaitForAsync();
        await window.Page.EvaluateAsync("() => { document.documentElement.dataset.old = ''; }");
        _server = await IsobarServer.StartAsync(_options);
        // Its circuit is gone with the server: the page is made anew.
        await window.Page.WaitForFunctionAsync("() => !('old' in document.documentElement.dataset)");
        await window.LiveAsync();
        await PutAsync("shop");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "shop" }).WaitForAsync();
    }

    // Shown by a page that is live, without being asked.
    private async Task PutAsync(string service)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server!.Addresses.Control) };
        using var put = await http.PutAsync(new Uri("/v1/services/" + service, UriKind.Relative), new StringContent("""{"backends": [{"name": "one", "url": "http://127.0.0.1:9/predict"}]}""", System.Text.Encoding.UTF8, "application/json"));
        put.EnsureSuccessStatusCode();
    }
}
