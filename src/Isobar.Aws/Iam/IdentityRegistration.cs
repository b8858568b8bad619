using Isobar.Aws.Protocols;
using Isobar.Aws.Sts;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.Iam;

/// <summary>Registers IAM and STS, which share the roles.</summary>
internal static class IdentityRegistration
{
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<RoleStore>()
        .AddSingleton<IAwsService, IamService>()
        .AddSingleton<IAwsService, StsService>();
}
