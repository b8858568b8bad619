using Isobar.Core.Capabilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;

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
        services.AddHttpClient(Once, http => http.Timeout = options.Timeout);
        services.AddHttpClient(Repeatable, http => http.Timeout = Timeout.InfiniteTimeSpan).AddStandardResilienceHandler(o => Limit(o, options.Timeout));
        services.AddHttpClient(Transfer, http => http.Timeout = Timeout.InfiniteTimeSpan).AddStandardResilienceHandler(o => Limit(o, TimeSpan.FromMinutes(15)));
        services.AddSingleton<GoogleTransport>();
        services.AddSingleton<ICloud, GoogleCloud>();
        return services;
    }

    private static void Limit(HttpStandardResilienceOptions options, TimeSpan attempt)
    {
        options.AttemptTimeout.Timeout = attempt;
        options.TotalRequestTimeout.Timeout = attempt * 2;
        options.CircuitBreaker.SamplingDuration = attempt * 2;
    }
}
