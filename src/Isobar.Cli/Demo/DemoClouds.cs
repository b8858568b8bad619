using Isobar.Aws.Client;
using Isobar.Azure.Client;
using Isobar.Core.Capabilities;
using Isobar.Google;
using Isobar.Google.Client;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli.Demo;

/// <summary>The clients of the three clouds, pointed at one server's emulators. Against the real clouds only these options would differ.</summary>
internal sealed class DemoClouds(ServiceProvider services) : IAsyncDisposable
{
    public IReadOnlyList<ICloud> All { get; } = [.. services.GetServices<ICloud>()];

    public static DemoClouds Connect(ServerAddresses server)
    {
        var google = GoogleEnvironment.Variables(server.DataDirectory, server.Gcp);
        return new DemoClouds(new ServiceCollection()
            .AddLogging()
            .AddAwsCloud(new AwsClientOptions { Endpoint = new Uri(server.Aws), AccessKeyId = "test", SecretAccessKey = "test" })
            .AddGoogleCloud(new GoogleClientOptions { Endpoint = new Uri(server.Gcp), Project = google["GOOGLE_CLOUD_PROJECT"], KeyFile = google["GOOGLE_APPLICATION_CREDENTIALS"] })
            .AddAzureCloud(AzureClientOptions.ForEmulator(new Uri(server.Azure)))
            .BuildServiceProvider());
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
