using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.Keys;

/// <summary>Registers the keys.</summary>
public static class KeysRegistration
{
    /// <summary>Adds <see cref="IKeyRing"/>.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services) => services.AddSingleton<IKeyRing, KeyRing>();
}
