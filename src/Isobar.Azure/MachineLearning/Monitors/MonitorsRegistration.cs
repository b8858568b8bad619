using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Schedules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>Registers model monitors: what schedules with the action CreateMonitor do.</summary>
internal static class MonitorsRegistration
{
    public static IServiceCollection AddMonitors(this IServiceCollection services) => services
        .AddSingleton<MonitorReader>().AddSingleton<MonitorRun>().AddSingleton<MonitorJobs>()
        .AddSingleton<IJobType>(p => p.GetRequiredService<MonitorJobs>()).AddSingleton<IHostedService>(p => p.GetRequiredService<MonitorJobs>())
        .AddSingleton<IScheduleAction, CreateMonitorAction>();
}
