using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Google.Client;

/// <summary>Registers the Google Cloud client.</summary>
public static class GoogleClientRegistration
{
    internal const string Once = "isobar-google-once", Repeatable = "isobar-google-repeatable", Transfer = "isobar-google-transfer";

    /// <summary>Adds Google Cloud as a cloud. What can be repeated safely is retried, all calls are timed out.</summary>
    public static IServiceCollection AddGoogleCloud(this IServiceCollection services, GoogleClientOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddCloudHttp(Once, Repeatable, Transfer, options.Timeout);
        services.AddSingleton<GoogleTransport>();
        services.AddSingleton<ICloud, GoogleCloud>();
        return services;
    }
}
