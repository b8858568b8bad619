using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Server.Hosting;

namespace Isobar.Server.Tests.Harness;

/// <summary>A server of its own on any free ports. It can be ended and begun again on its data.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-server-").FullName;
    private readonly Func<IsobarServerOptions, IsobarServerOptions> _options;
    private IsobarServer _server = null!;

    private LiveServer(Func<IsobarServerOptions, IsobarServerOptions> options) => _options = options;

    public HttpClient Http { get; private set; } = null!;
    public IServiceProvider Services => _server.Services;

    public static async Task<LiveServer> StartAsync(Func<IsobarServerOptions, IsobarServerOptions>? options = null)
    {
        var live = new LiveServer(options ?? (o => o));
        await live.BeginAsync();
        return live;
    }

    public async Task RestartAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Defines a service of the gateway.</summary>
    public async Task DefineAsync(string name, string definition)
    {
        using var reply = await Http.PutAsync($"/v1/services/{name}", new StringContent(definition, Encoding.UTF8, "application/json"));
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    /// <summary>Makes a key, and gives the whole of it.</summary>
    public async Task<string> KeyAsync(string order)
    {
        using var reply = await Http.PostAsync("/v1/gateway/keys", new StringContent(order, Encoding.UTF8, "application/json"));
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
        return (await reply.Content.ReadFromJsonAsync<JsonObject>())!["key"]!.GetValue<string>();
    }

    /// <summary>Asks a service, as the bearer of a key or a token.</summary>
    public async Task<HttpResponseMessage> AskAsync(string service, string? bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/models/{service}/predict") { Content = new StringContent("""{"instances": [[1]]}""", Encoding.UTF8, "application/json") };
        if (bearer is not null) request.Headers.Authorization = new("Bearer", bearer);
        return await Http.SendAsync(request);
    }

    private async Task BeginAsync()
    {
        _server = await IsobarServer.StartAsync(_options(new IsobarServerOptions { DataDirectory = _folder, ControlPort = 0, AwsPort = 0, GcpPort = 0, AzurePort = 0, LogToConsole = false, WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")] }));
        Http = new HttpClient { BaseAddress = new Uri(_server.Addresses.Control) };
    }
}
