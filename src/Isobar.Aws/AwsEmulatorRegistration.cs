using Isobar.Aws.ApplicationAutoScaling;
using Isobar.Aws.CloudWatch;
using Isobar.Aws.CloudWatchLogs;
using Isobar.Aws.Iam;
using Isobar.Aws.Protocols;
using Isobar.Aws.S3;
using Isobar.Aws.SageMaker;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Aws.SageMaker.Monitoring.Reports;
using Isobar.Aws.SageMakerRuntime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Aws;

/// <summary>Registers the AWS emulator, service by service.</summary>
public static class AwsEmulatorRegistration
{
    /// <summary>Adds the emulator and all its services. The engine must be there too.</summary>
    public static IServiceCollection AddAwsEmulator(this IServiceCollection services)
    {
        services.TryAddSingleton<IRequestAuthenticator, TrustingAuthenticator>();
        services.AddSingleton<AwsEmulator>();
        services.AddS3();
        services.AddSageMakerAlgorithms();
        services.AddSageMaker();
        services.AddSageMakerRuntime();
        services.AddMonitoringReports();
        services.AddCloudWatch();
        services.AddAutoScaling();
        services.AddIdentity();
        services.AddCloudWatchLogs();
        return services;
    }

    /// <summary>Answers every request of this application as AWS would.</summary>
    public static void MapAwsEmulator(this IApplicationBuilder app)
    {
        var emulator = app.ApplicationServices.GetRequiredService<AwsEmulator>();
        app.Run(emulator.HandleAsync);
    }
}
