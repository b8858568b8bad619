using Isobar.Azure;
using Isobar.Azure.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Conformance.Azure;

/// <summary>Our Azure client, over HTTP, against our Azure emulator; its tokens come from the emulator's own token endpoint, its workspace is made at the first call.</summary>
public sealed class AzureFixture : EmulatedCloud
{
    protected override void AddEmulator(IServiceCollection services) => services.AddAzureEmulator();

    protected override void Map(WebApplication app) => app.MapAzureEmulator();

    protected override void AddClient(IServiceCollection services, string url, string dataDirectory) => services.AddAzureCloud(AzureClientOptions.ForEmulator(new Uri(url)));
}

public sealed class AzureObjects(AzureFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureTraining(AzureFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureServing(AzureFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureBatch(AzureFixture fixture) : Suites.BatchSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureTuning(AzureFixture fixture) : Suites.TuningSuite(fixture), IClassFixture<AzureFixture>;
