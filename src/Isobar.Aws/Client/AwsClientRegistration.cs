using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Aws.Client;

/// <summary>Registers the AWS client.</summary>
public static class AwsClientRegistration
{
    internal const string Once = "isobar-aws-once", Repeatable = "isobar-aws-repeatable", Transfer = "isobar-aws-transfer";

    /// <summary>Adds AWS as a cloud. What can be repeated safely is retried, all calls are timed out.</summary>
    public static IServiceCollection AddAwsCloud(this IServiceCollection services, AwsClientOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddCloudHttp(Once, Repeatable, Transfer, options.Timeout);
        services.AddSingleton<AwsTransport>();
        services.AddSingleton<ICloud, AwsCloud>();
        return services;
    }
}
