using Isobar.Core.Capabilities;
using Isobar.Engine;
using Isobar.Engine.OnPremises;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Conformance.OnPremises;

/// <summary>The engine itself, without a wire.</summary>
public sealed class OnPremisesFixture : ICloudFixture, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-onprem-").FullName;
    private IHost? _host;

    public ICloud Cloud => _host!.Services.GetRequiredService<ICloud>();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddHttpClient();
        builder.Services.AddIsobarEngine(new EngineOptions { DataDirectory = _folder, WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")] });
        builder.Services.AddOnPremisesCloud();
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class OnPremisesObjects(OnPremisesFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<OnPremisesFixture>;

public sealed class OnPremisesTraining(OnPremisesFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<OnPremisesFixture>;

public sealed class OnPremisesServing(OnPremisesFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<OnPremisesFixture>;

public sealed class OnPremisesTuning(OnPremisesFixture fixture) : Suites.TuningSuite(fixture), IClassFixture<OnPremisesFixture>;

public sealed class OnPremisesMonitoring(OnPremisesFixture fixture) : Suites.MonitoringSuite(fixture), IClassFixture<OnPremisesFixture>;

public sealed class OnPremisesBatch(OnPremisesFixture fixture) : Suites.BatchSuite(fixture), IClassFixture<OnPremisesFixture>;
