using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.Objects;

/// <summary>Registers the object store.</summary>
public static class ObjectsRegistration
{
    /// <summary>Adds <see cref="IObjectStore"/> over the <c>objects</c> folder of the data directory.</summary>
    public static IServiceCollection AddObjects(this IServiceCollection services) => services
        .AddSingleton(p => new ObjectStore(p.GetRequiredService<EngineOptions>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton<IObjectStore>(p => p.GetRequiredService<ObjectStore>())
        .AddHostedService<StorageMeter>();
}
