using Isobar.Aws;
using Isobar.Aws.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Conformance.Aws;

/// <summary>Our AWS client, over HTTP, against our AWS emulator.</summary>
public sealed class AwsFixture : EmulatedCloud
{
    protected override void AddEmulator(IServiceCollection services) => services.AddAwsEmulator();

    protected override void Map(WebApplication app) => app.MapAwsEmulator();

    protected override void AddClient(IServiceCollection services, string url, string dataDirectory) =>
        services.AddAwsCloud(new AwsClientOptions { Endpoint = new Uri(url), AccessKeyId = "test", SecretAccessKey = "test" });
}

public sealed class AwsObjects(AwsFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsTraining(AwsFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsServing(AwsFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsTuning(AwsFixture fixture) : Suites.TuningSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsMonitoring(AwsFixture fixture) : Suites.MonitoringSuite(fixture), IClassFixture<AwsFixture>;

public sealed class AwsBatch(AwsFixture fixture) : Suites.BatchSuite(fixture), IClassFixture<AwsFixture>;
