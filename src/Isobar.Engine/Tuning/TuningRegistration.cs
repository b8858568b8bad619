using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Tuning;

/// <summary>Registers tuning.</summary>
public static class TuningRegistration
{
    /// <summary>Adds <see cref="ITuningJobs"/>; unfinished jobs are taken up when the host starts.</summary>
    public static IServiceCollection AddTuning(this IServiceCollection services) => services
        .AddSingleton<TuningJobs>()
        .AddSingleton<ITuningJobs>(p => p.GetRequiredService<TuningJobs>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<TuningJobs>());
}
