using Isobar.Azure.MachineLearning.Registries;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>Registers a type of asset.</summary>
internal static class AssetRegistration
{
    public static IServiceCollection AddAsset<T>(this IServiceCollection services) where T : AssetType => services
        .AddSingleton<T>()
        .AddSingleton<IArmKind>(p => Container<T>(p, 0)).AddSingleton<IArmKind>(p => Container<T>(p, 1))
        .AddSingleton<IArmKind>(p => Version<T>(p, 0)).AddSingleton<IArmKind>(p => Version<T>(p, 1))
        .AddSingleton(p => Service(p.GetRequiredService<T>()));

    public static void MapAsset<T>(this IEndpointRouteBuilder routes) where T : AssetType
    {
        var (type, services) = (routes.ServiceProvider.GetRequiredService<T>(), routes.ServiceProvider);
        var assets = new AssetOperations(type, services.GetRequiredService<ArmStore>(), services.GetRequiredService<ArmKinds>(), services.GetRequiredService<WorkspaceStore>(), services.GetRequiredService<RegistryFiles>());
        foreach (var parent in new[] { Ml.Workspace, RegistryNames.One }) Map(routes, $"{parent}/{type.Plural}", assets, services.GetRequiredService<PendingUploads>());
    }

    private static void Map(IEndpointRouteBuilder routes, string all, AssetOperations assets, PendingUploads uploads)
    {
        var one = all + "/{name}";
        routes.MapArm("GET", all, assets.ListContainersAsync);
        routes.MapArm("PUT", one, assets.PutContainerAsync);
        routes.MapArm("GET", one + "/versions", assets.ListVersionsAsync);
        routes.MapArm("PUT", one + "/versions/{version}", assets.PutVersionAsync);
        routes.MapArm("POST", one + "/versions/{version}/startPendingUpload", uploads.StartAsync);
        foreach (var path in new[] { one, one + "/versions/{version}" })
        {
            routes.MapArm("GET", path, assets.GetAsync);
            routes.MapArm("DELETE", path, assets.DeleteAsync);
        }
    }

    private static AssetContainerKind Container<T>(IServiceProvider services, int place) where T : AssetType => new(services.GetRequiredService<T>().ContainerTypes[place], services.GetRequiredService<ArmStore>());

    private static AssetVersionKind Version<T>(IServiceProvider services, int place) where T : AssetType => new(services.GetRequiredService<T>().ContainerTypes[place]);

    private static AzureService Service(AssetType type) => new(Ml.ServiceName,
    [
        .. new[] { "Containers_CreateOrUpdate", "Containers_Get", "Containers_List", "Containers_Delete", "Versions_Get", "Versions_List", "Versions_Delete" }
            .SelectMany(o => new[] { new OperationSupport(type.Noun + o, SupportLevel.Real), new OperationSupport($"Registry{type.Noun}{o}", SupportLevel.Real) }),
        new($"Registry{type.Noun}Versions_CreateOrUpdate", SupportLevel.Real, "its files are copied into the registry"),
        new(type.Noun + "Versions_CreateOrGetStartPendingUpload", SupportLevel.Real),
        new(type.Noun + "Versions_CreateOrUpdate", SupportLevel.Real, type.Note),
    ]);
}
