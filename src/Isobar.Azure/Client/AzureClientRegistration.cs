using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Azure.Client;

/// <summary>Registers the Azure client.</summary>
public static class AzureClientRegistration
{
    internal const string Once = "isobar-azure-once", Repeatable = "isobar-azure-repeatable", Transfer = "isobar-azure-transfer", Login = "isobar-azure-login";

    /// <summary>Adds Azure as a cloud. What can be repeated safely is retried, all calls are timed out.</summary>
    public static IServiceCollection AddAzureCloud(this IServiceCollection services, AzureClientOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddCloudHttp(Once, Repeatable, Transfer, options.Timeout);
        var login = services.AddHttpClient(Login, http => http.Timeout = options.Timeout);
        if (options.Endpoint?.Scheme == Uri.UriSchemeHttp) login.AddHttpMessageHandler(() => new PlainLogin());
        services.AddSingleton<AzureTransport>();
        services.AddSingleton<ICloud, AzureCloud>();
        return services;
    }
}
