using Isobar.Engine.Serving.Codecs;
using Isobar.Engine.Serving.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Serving;

/// <summary>Registers serving.</summary>
public static class ServingRegistration
{
    /// <summary>Adds <see cref="IEndpoints"/>; endpoints are taken up when the host starts.</summary>
    public static IServiceCollection AddServing(this IServiceCollection services) => services
        .AddSingleton<IInvocationCodecFactory, TensorsCodecFactory>()
        .AddSingleton<ProcessRunnerFactory>()
        .AddSingleton<RunnerFactory>()
        .AddSingleton<ObserverFeed>()
        .AddSingleton<ShadowTraffic>()
        .AddSingleton<Endpoints>()
        .AddSingleton<IEndpoints>(p => p.GetRequiredService<Endpoints>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<Endpoints>())
        .AddSingleton<ServingPulse>()
        .AddSingleton<IHostedService>(p => p.GetRequiredService<ServingPulse>());
}
