using Isobar.Engine.Monitoring.Capture;
using Isobar.Engine.Monitoring.Schedules;
using Isobar.Engine.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Monitoring;

/// <summary>Registers monitoring.</summary>
public static class MonitoringRegistration
{
    /// <summary>Adds data capture and <see cref="IMonitoringSchedules"/>; runs that were cut off are done again when the host starts.</summary>
    public static IServiceCollection AddMonitoring(this IServiceCollection services) => services
        .AddSingleton<CaptureWriter>()
        .AddSingleton<IInvocationObserver>(p => p.GetRequiredService<CaptureWriter>())
        .AddSingleton<MonitoringStore>()
        .AddSingleton<MonitoringRun>()
        .AddSingleton<MonitoringSchedules>()
        .AddSingleton<IMonitoringSchedules>(p => p.GetRequiredService<MonitoringSchedules>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<MonitoringSchedules>());
}
