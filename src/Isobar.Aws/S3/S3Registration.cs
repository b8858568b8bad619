using Isobar.Aws.Protocols;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.S3;

/// <summary>Registers Amazon S3.</summary>
internal static class S3Registration
{
    public static IServiceCollection AddS3(this IServiceCollection services) => services.AddSingleton<IAwsService, S3Emulator>();
}
