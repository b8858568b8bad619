using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Resources;

/// <summary>Registers Azure Resource Manager's own resources.</summary>
internal static class ResourcesRegistration
{
    public static IServiceCollection AddResources(this IServiceCollection services) => services
        .AddSingleton<ResourceGroups>().AddSingleton<GroupResources>().AddSingleton<IArmKind>(p => new ResourceGroupKind()).AddSingleton<Subscriptions>()
        .AddSingleton<StorageAccounts>().AddSingleton(StorageAccounts.Service)
        .AddSingleton(Service);

    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        var groups = routes.ServiceProvider.GetRequiredService<ResourceGroups>();
        var subscriptions = routes.ServiceProvider.GetRequiredService<Subscriptions>();
        routes.MapFixed("/subscriptions", subscriptions.ListAsync);
        routes.MapFixed("/tenants", subscriptions.TenantsAsync);
        routes.MapArm("GET", ArmRoutes.Subscription, subscriptions.GetAsync);
        routes.MapArm("GET", ArmRoutes.Subscription + "/resourceGroups", groups.ListAsync);
        routes.MapArm("GET", ArmRoutes.Subscription + "/resources", groups.ListResourcesAsync);
        routes.MapArm("PUT", ArmRoutes.Group, groups.PutAsync);
        routes.MapArm("PATCH", ArmRoutes.Group, groups.PatchAsync);
        routes.MapArm("GET", ArmRoutes.Group, groups.GetAsync);
        routes.MapArm("HEAD", ArmRoutes.Group, groups.ExistsAsync);
        routes.MapArm("DELETE", ArmRoutes.Group, groups.DeleteAsync);
        routes.MapArm("GET", ArmRoutes.Group + "/resources", groups.ListResourcesAsync);
        StorageAccounts.Map(routes);
        routes.Map(ArmRoutes.Subscription + "/{**rest}", subscriptions.AnyAsync);
    }

    private static void MapFixed(this IEndpointRouteBuilder routes, string path, Func<ArmCall, Task<ArmReply>> handler) =>
        routes.MapGet(path, http => ArmRoutes.RunAsync(http, () => ArmId.Parse("/subscriptions/" + Subscriptions.Default), handler));

    private static AzureService Service { get; } = new("Azure Resource Manager",
    [
        new("Subscriptions_List", SupportLevel.Real, "the default one and those in which something lies"),
        new("Subscriptions_Get", SupportLevel.Real, "every id is a subscription"),
        new("Tenants_List", SupportLevel.Real),
        new("ResourceGroups_CreateOrUpdate", SupportLevel.Real),
        new("ResourceGroups_Update", SupportLevel.Real, "tags"),
        new("ResourceGroups_Get", SupportLevel.Real),
        new("ResourceGroups_CheckExistence", SupportLevel.Real),
        new("ResourceGroups_List", SupportLevel.Real),
        new("ResourceGroups_Delete", SupportLevel.Real, "with all that lies in it"),
        new("Resources_List", SupportLevel.Real),
        new("Resources_ListByResourceGroup", SupportLevel.Real),
        new("Resources_GetById", SupportLevel.Real, "of emulated providers"),
        new("Resources_CreateOrUpdate", SupportLevel.Unsupported),
        new("Deployments_CreateOrUpdate", SupportLevel.Unsupported),
        new("Locks_CreateOrUpdate", SupportLevel.Unsupported),
        new("Tags_CreateOrUpdate", SupportLevel.Unsupported),
    ]);

    private sealed class ResourceGroupKind : IArmKind
    {
        public string Type => "Microsoft.Resources/resourceGroups";
    }
}
