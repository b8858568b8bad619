using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Registers AutoML jobs.</summary>
internal static class AutoMlRegistration
{
    public static IServiceCollection AddAutoMlJobs(this IServiceCollection services) => services
        .AddSingleton<AutoMlData>().AddSingleton<AutoMlPlanner>().AddSingleton<AutoMlWaiting>()
        .AddSingleton<AutoMlJobs>().AddSingleton<IJobType>(p => p.GetRequiredService<AutoMlJobs>())
        .AddSingleton<AutoMlTrials>().AddSingleton<IJobType>(p => p.GetRequiredService<AutoMlTrials>())
        .AddHostedService<AutoMlResults>();
}
