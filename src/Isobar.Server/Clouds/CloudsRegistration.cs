using Isobar.Core.Capabilities;
using Isobar.Engine.Keys;
using Isobar.Engine.OnPremises;
using Isobar.MultiCloud.Clouds;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Clouds;

/// <summary>Registers the clouds that gateway, dashboard and control plane use.</summary>
internal static class CloudsRegistration
{
    /// <summary>Adds <see cref="IClouds"/>; <see cref="ComposedClouds.OpenAsync"/> fills it.</summary>
    public static IServiceCollection AddClouds(this IServiceCollection services) => services
        .AddOnPremisesCloud()
        .AddSingleton(p => new OnPremisesClient(p.GetRequiredService<ICloud>(), p.GetRequiredService<IKeyRing>()))
        .AddSingleton<ComposedClouds>()
        .AddSingleton<IClouds>(p => p.GetRequiredService<ComposedClouds>());
}
