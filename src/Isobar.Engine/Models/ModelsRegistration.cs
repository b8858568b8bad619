using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Engine.Models;

/// <summary>Registers model packages.</summary>
public static class ModelsRegistration
{
    /// <summary>Adds <see cref="IModelPackages"/> over the <c>models</c> folder of the data directory.</summary>
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.TryAddSingleton(new PackageLimits());
        services.TryAddSingleton<ModelPackages>();
        services.TryAddSingleton<IModelPackages>(p => p.GetRequiredService<ModelPackages>());
        return services;
    }
}
