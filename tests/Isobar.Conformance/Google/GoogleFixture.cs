using Isobar.Google;
using Isobar.Google.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Conformance.Google;

/// <summary>Our Google Cloud client, over HTTP, against our Google Cloud emulator; its token comes from the emulator's own token endpoint.</summary>
public sealed class GoogleFixture : EmulatedCloud
{
    protected override void AddEmulator(IServiceCollection services) => services.AddGoogleEmulator();

    protected override void Map(WebApplication app) => app.MapGoogleEmulator();

    protected override void AddClient(IServiceCollection services, string url, string dataDirectory)
    {
        var variables = GoogleEnvironment.Variables(dataDirectory, url);
        services.AddGoogleCloud(new GoogleClientOptions { Endpoint = new Uri(url), Project = variables["GOOGLE_CLOUD_PROJECT"], KeyFile = variables["GOOGLE_APPLICATION_CREDENTIALS"] });
    }
}

public sealed class GoogleObjects(GoogleFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleTraining(GoogleFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleServing(GoogleFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleMonitoring(GoogleFixture fixture) : Suites.MonitoringSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleTuning(GoogleFixture fixture) : Suites.TuningSuite(fixture), IClassFixture<GoogleFixture>;

public sealed class GoogleBatch(GoogleFixture fixture) : Suites.BatchSuite(fixture), IClassFixture<GoogleFixture>;
