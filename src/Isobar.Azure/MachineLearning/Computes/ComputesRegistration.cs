using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Computes;

/// <summary>Registers computes.</summary>
internal static class ComputesRegistration
{
    public static IServiceCollection AddComputes(this IServiceCollection services) => services
        .AddSingleton<IArmKind, ComputeKind>().AddSingleton<ComputeStore>().AddSingleton<ComputeOperations>().AddSingleton<VirtualMachineSizes>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("Compute_CreateOrUpdate", SupportLevel.StateOnly, "jobs run on this machine and are billed as the size asked for"),
            new("Compute_Update", SupportLevel.StateOnly, "scale settings"),
            new("Compute_Get", SupportLevel.Real),
            new("Compute_List", SupportLevel.Real),
            new("Compute_Delete", SupportLevel.Real),
            new("Compute_Start", SupportLevel.StateOnly, "a stopped instance takes no jobs"),
            new("Compute_Stop", SupportLevel.StateOnly, "a stopped instance takes no jobs"),
            new("Compute_Restart", SupportLevel.StateOnly),
            new("Compute_ListNodes", SupportLevel.StateOnly, "no nodes"),
            new("Compute_ListKeys", SupportLevel.Unsupported),
            new("VirtualMachineSizes_List", SupportLevel.Real, "those whose prices are known, with vCPUs, memory and prices"),
            new("Usages_List", SupportLevel.Unsupported),
            new("Quotas_List", SupportLevel.Unsupported),
            new("Quotas_Update", SupportLevel.Unsupported),
        ]));

    public static void MapComputes(this IEndpointRouteBuilder routes)
    {
        var computes = routes.ServiceProvider.GetRequiredService<ComputeOperations>();
        const string All = Ml.Workspace + "/" + ComputeStore.Plural, One = All + "/{computeName}";
        routes.MapArm("GET", All, computes.ListAsync);
        routes.MapArm("PUT", One, computes.PutAsync);
        routes.MapArm("PATCH", One, computes.PatchAsync);
        routes.MapArm("GET", One, computes.GetAsync);
        routes.MapArm("DELETE", One, computes.DeleteAsync);
        routes.MapArm("POST", One + "/start", computes.StartAsync);
        routes.MapArm("POST", One + "/stop", computes.StopAsync);
        routes.MapArm("POST", One + "/restart", computes.RestartAsync);
        routes.MapArm("POST", One + "/listNodes", computes.NodesAsync);
        const string Location = ArmRoutes.Subscription + "/providers/" + Ml.Namespace + "/locations/{location}";
        routes.MapArm("GET", Location + "/vmSizes", routes.ServiceProvider.GetRequiredService<VirtualMachineSizes>().ListAsync);
        routes.MapArm("GET", Location + "/usages", VirtualMachineSizes.RefuseAsync);
        routes.MapArm("GET", Location + "/quotas", VirtualMachineSizes.RefuseAsync);
        routes.MapArm("POST", Location + "/updateQuotas", VirtualMachineSizes.RefuseAsync);
    }

    private sealed class ComputeKind : IArmKind
    {
        public string Type => Ml.TypeOf(ComputeStore.Plural);
    }
}
