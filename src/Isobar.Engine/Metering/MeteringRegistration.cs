using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Engine.Metering;

/// <summary>Registers the meter.</summary>
public static class MeteringRegistration
{
    /// <summary>Adds <see cref="IMeter"/> over <c>usage.db</c> in the data directory, and the published prices.</summary>
    public static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => PriceList.Load());
        services.TryAddSingleton<IMeter>(p => new Meter(p.GetRequiredService<EngineOptions>(), p.GetRequiredService<PriceList>(), p.GetRequiredService<TimeProvider>()));
        return services;
    }
}
