using Isobar.Aws.CloudWatch;
using Isobar.Aws.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Aws.ApplicationAutoScaling;

/// <summary>Registers Application Auto Scaling.</summary>
internal static class AutoScalingRegistration
{
    public static IServiceCollection AddAutoScaling(this IServiceCollection services) => services
        .AddSingleton<ScalingStore>()
        .AddSingleton<Scaler>()
        .AddSingleton<IAlarmAction>(p => p.GetRequiredService<Scaler>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<Scaler>())
        .AddSingleton<IAwsService, ApplicationAutoScalingService>();
}
