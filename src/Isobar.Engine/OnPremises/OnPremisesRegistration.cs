using Isobar.Core.Capabilities;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Reports;
using Isobar.Engine.Tuning;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.OnPremises;

/// <summary>Registers this machine as a cloud.</summary>
public static class OnPremisesRegistration
{
    /// <summary>Adds the engine itself as the cloud <c>onprem</c>.</summary>
    public static IServiceCollection AddOnPremisesCloud(this IServiceCollection services) => services
        .AddSingleton<OnPremisesObjects>()
        .AddSingleton<OnPremisesTraining>()
        .AddSingleton<OnPremisesModels>()
        .AddSingleton<OnPremisesServing>()
        .AddSingleton<OnPremisesBatch>()
        .AddSingleton<OnPremisesMonitoring>()
        .AddSingleton<IMonitoringFormat>(new JsonReports(OnPremisesCloud.Owner))
        .AddSingleton<OnPremisesTuning>()
        .AddSingleton<ITrialLauncher, OnPremisesTrials>()
        .AddSingleton<ICloud, OnPremisesCloud>();
}
