using Isobar.Aws.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Aws.CloudWatch;

/// <summary>Registers CloudWatch.</summary>
internal static class CloudWatchRegistration
{
    public static IServiceCollection AddCloudWatch(this IServiceCollection services) => services
        .AddSingleton<MetricQueries>()
        .AddSingleton<AlarmStore>()
        .AddSingleton<AlarmEvaluator>()
        .AddSingleton<IHostedService>(p => p.GetRequiredService<AlarmEvaluator>())
        .AddSingleton<IAwsService, CloudWatchService>();
}
