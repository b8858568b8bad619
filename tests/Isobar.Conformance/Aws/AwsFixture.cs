using Isobar.Aws;
using Isobar.Aws.Client;
using Isobar.Core.Capabilities;
using Isobar.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Conformance.Aws;

/// <summary>Our AWS client, over HTTP, against our AWS emulator.</summary>
public sealed class AwsFixture : ICloudFixture, IAsyncLifetime
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
        builder.Services.AddAwsEmulator();
        _app = builder.Build();
        _app.MapAwsEmulator();
        await _app.StartAsync();
        _client = new ServiceCollection()
            .AddLogging()
            .AddAwsCloud(new AwsClientOptions { Endpoint = new Uri(_app.Urls.First()), AccessKeyId = "test", SecretAccessKey = "test" })
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

public sealed class AwsObjects(AwsFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsTraining(AwsFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsServing(AwsFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsTuning(AwsFixture fixture) : Suites.TuningSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsMonitoring(AwsFixture fixture) : Suites.MonitoringSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsBatch(AwsFixture fixture) : Suites.BatchSuite(fixture), IClassFixture<AwsFixture>;
