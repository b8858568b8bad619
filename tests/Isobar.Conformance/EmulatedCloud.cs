using Isobar.Core.Capabilities;
using Isobar.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Conformance;

/// <summary>Our client of a cloud, over HTTP, against our emulator of it.</summary>
public abstract class EmulatedCloud : ICloudFixture, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-conformance-").FullName;
    private WebApplication? _app;
    private ServiceProvider? _client;

    public ICloud Cloud => _client!.GetRequiredService<ICloud>();

    protected abstract void AddEmulator(IServiceCollection services);

    protected abstract void Map(WebApplication app);

    /// <summary>Adds the client, pointed at the emulator.</summary>
    protected abstract void AddClient(IServiceCollection services, string url, string dataDirectory);

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o => o.Limits.MaxRequestBodySize = null);
        builder.Services.AddHttpClient();
        builder.Services.AddIsobarEngine(new EngineOptions { DataDirectory = _folder, WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")] });
        AddEmulator(builder.Services);
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync();
        var client = new ServiceCollection().AddLogging();
        AddClient(client, _app.Urls.First(), _folder);
        _client = client.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
