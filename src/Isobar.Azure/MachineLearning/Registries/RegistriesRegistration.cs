using System.Text.Json.Nodes;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Registries;

/// <summary>Registers registries. Their assets are registered with those of workspaces.</summary>
internal static class RegistriesRegistration
{
    public static IServiceCollection AddRegistries(this IServiceCollection services) => services
        .AddSingleton<IArmKind, RegistryKind>().AddSingleton<RegistryFinder>().AddSingleton<RegistryFiles>().AddSingleton<RegistryOperations>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            .. new[] { "CreateOrUpdate", "Update", "Get", "List", "ListBySubscription", "Delete" }.Select(o => new OperationSupport("Registries_" + o, SupportLevel.Real)),
            new("Registries_RemoveRegions", SupportLevel.Unsupported),
        ]));

    public static void MapRegistries(this IEndpointRouteBuilder routes)
    {
        var (registries, resources) = (routes.ServiceProvider.GetRequiredService<RegistryOperations>(), routes.ServiceProvider.GetRequiredService<GroupResources>());
        routes.MapArm("PUT", RegistryNames.One, registries.PutAsync);
        routes.MapArm("PATCH", RegistryNames.One, registries.PatchAsync);
        routes.MapArm("GET", RegistryNames.One, resources.GetAsync);
        routes.MapArm("DELETE", RegistryNames.One, resources.DeleteAsync);
        routes.MapArm("GET", RegistryNames.All, call => resources.ListByGroupAsync(call.At(call.Id.Group), RegistryNames.Type));
        routes.MapArm("GET", ArmRoutes.Subscription + "/providers/" + Ml.Namespace + "/registries", call => resources.ListBySubscriptionAsync(call, RegistryNames.Type));
    }

    private sealed class RegistryKind : IArmKind
    {
        public string Type => RegistryNames.Type;

        public Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
        {
            var shown = resource.Show();
            var properties = (JsonObject)shown["properties"]!;
            foreach (var hidden in new[] { "workspaceId", "storageAccount" }) properties.Remove(hidden);
            properties["discoveryUrl"] = origin + "/discovery";
            properties["provisioningState"] = "Succeeded";
            return Task.FromResult(new ArmView(shown));
        }
    }
}
