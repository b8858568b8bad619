using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Workspaces;

/// <summary>Registers workspaces.</summary>
internal static class WorkspacesRegistration
{
    public static IServiceCollection AddWorkspaces(this IServiceCollection services) => services
        .AddSingleton<IArmKind, WorkspaceKind>().AddSingleton<WorkspaceStore>().AddSingleton<WorkspaceOperations>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("Workspaces_CreateOrUpdate", SupportLevel.Real, "with its storage container and default datastores"),
            new("Workspaces_Update", SupportLevel.Real),
            new("Workspaces_Get", SupportLevel.Real),
            new("Workspaces_Delete", SupportLevel.Real, "ends its jobs and endpoints; its container stays"),
            new("Workspaces_ListByResourceGroup", SupportLevel.Real),
            new("Workspaces_ListBySubscription", SupportLevel.Real),
            new("Workspaces_Diagnose", SupportLevel.Real, "looks for its container"),
            .. new[] { "ListKeys", "ResyncKeys", "ListNotebookAccessToken", "PrepareNotebook", "ListStorageAccountKeys", "ListNotebookKeys", "ListOutboundNetworkDependenciesEndpoints" }
                .Select(o => new OperationSupport("Workspaces_" + o, SupportLevel.Unsupported)),
        ]));

    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var (workspaces, resources) = (routes.ServiceProvider.GetRequiredService<WorkspaceOperations>(), routes.ServiceProvider.GetRequiredService<GroupResources>());
        routes.MapArm("PUT", Ml.Workspace, workspaces.PutAsync);
        routes.MapArm("PATCH", Ml.Workspace, workspaces.PatchAsync);
        routes.MapArm("GET", Ml.Workspace, resources.GetAsync);
        routes.MapArm("DELETE", Ml.Workspace, resources.DeleteAsync);
        routes.MapArm("GET", ArmRoutes.Group + "/providers/" + Ml.Namespace + "/workspaces", call => resources.ListByGroupAsync(call.At(call.Id.Group), Ml.WorkspaceType));
        routes.MapArm("GET", ArmRoutes.Subscription + "/providers/" + Ml.Namespace + "/workspaces", call => resources.ListBySubscriptionAsync(call, Ml.WorkspaceType));
        routes.MapArm("POST", Ml.Workspace + "/diagnose", workspaces.DiagnoseAsync);
    }
}
