using Isobar.Engine.Monitoring;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMaker.Monitoring.Reports;

/// <summary>Registers Model Monitor's files.</summary>
internal static class ReportsRegistration
{
    public static IServiceCollection AddMonitoringReports(this IServiceCollection services) => services.AddSingleton<IMonitoringFormat, MonitoringReports>();
}
