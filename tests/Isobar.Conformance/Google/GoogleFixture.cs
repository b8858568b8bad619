using Isobar.Core.Capabilities;
using Isobar.Engine;
using Isobar.Google;
using Isobar.Google.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Conformance.Google;

/// <summary>Our Google Cloud client, over HTTP, against our Google Cloud emulator; its token comes from the emulator's own token endpoint.</summary>
public sealed class GoogleFixture : ICloudFixture, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-conformance-").FullName;
    private WebApplication? _app;
    private ServiceProvider? _client;

    public ICloud Cloud => _client!.GetRequiredService<ICloud>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o => o.Limits.MaxRequestBodySize = null);
        builder.Services.AddHttpClient();
        builder.Services.AddIsobarEngine(new EngineOptions { DataDirectory = _folder, WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")] });
        builder.Services.AddGoogleEmulator();
        _app = builder.Build();
        _app.MapGoogleEmulator();
        await _app.StartAsync();
        var url = _app.Urls.First();
        var variables = GoogleEnvironment.Variables(_folder, url);
        _client = new ServiceCollection()
            .AddLogging()
            .AddGoogleCloud(new GoogleClientOptions { Endpoint = new Uri(url), Project = variables["GOOGLE_CLOUD_PROJECT"], KeyFile = variables["GOOGLE_APPLICATION_CREDENTIALS"] })
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class GoogleObjects(GoogleFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleTraining(GoogleFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleServing(GoogleFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<GoogleFixture>;
