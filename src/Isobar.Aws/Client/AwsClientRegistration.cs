using Isobar.Core.Capabilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;

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
        services.AddHttpClient(Once, http => http.Timeout = options.Timeout);
        services.AddHttpClient(Repeatable, http => http.Timeout = Timeout.InfiniteTimeSpan).AddStandardResilienceHandler(o => Limit(o, options.Timeout));
        services.AddHttpClient(Transfer, http => http.Timeout = Timeout.InfiniteTimeSpan).AddStandardResilienceHandler(o => Limit(o, TimeSpan.FromMinutes(15)));
        services.AddSingleton<AwsTransport>();
        services.AddSingleton<ICloud, AwsCloud>();
        return services;
    }

    private static void Limit(HttpStandardResilienceOptions options, TimeSpan attempt)
    {
        options.AttemptTimeout.Timeout = attempt;
        options.TotalRequestTimeout.Timeout = attempt * 2;
        options.CircuitBreaker.SamplingDuration = attempt * 2;
    }
}
