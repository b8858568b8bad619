using Isobar.Engine.State;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>Registers what all resource providers share.</summary>
internal static class ArmRegistration
{
    public static IServiceCollection AddArm(this IServiceCollection services) =>
        services.AddSingleton<ArmStore>().AddSingleton<ArmKinds>().AddSingleton<ArmOperations>().AddSingleton<NameLocks>();

    public static void MapArm(this IEndpointRouteBuilder routes)
    {
        var operations = routes.ServiceProvider.GetRequiredService<ArmOperations>();
        const string Location = ArmRoutes.Subscription + "/providers/{providerNamespace}/locations/{location}/";
        routes.MapArm("GET", Location + ArmOperations.Statuses + "/{operationId}", operations.StatusAsync);
        routes.MapArm("GET", Location + ArmOperations.Results + "/{operationId}", operations.ResultAsync);
    }
}
