using Isobar.Aws.Protocols;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.CloudWatchLogs;

/// <summary>Registers CloudWatch Logs.</summary>
internal static class LogsRegistration
{
    public static IServiceCollection AddCloudWatchLogs(this IServiceCollection services) => services.AddSingleton<IAwsService, LogsService>();
}
