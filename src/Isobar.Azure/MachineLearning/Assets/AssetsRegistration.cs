using Isobar.Azure.MachineLearning.Code;
using Isobar.Azure.MachineLearning.Components;
using Isobar.Azure.MachineLearning.Data;
using Isobar.Azure.MachineLearning.Environments;
using Isobar.Azure.MachineLearning.Models;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>Registers all types of asset, one line each.</summary>
internal static class AssetsRegistration
{
    public static IServiceCollection AddAssets(this IServiceCollection services) => services
        .AddSingleton<PendingUploads>()
        .AddAsset<DataAsset>()
        .AddAsset<EnvironmentAsset>()
        .AddAsset<CodeAsset>()
        .AddAsset<ModelAsset>()
        .AddAsset<ComponentAsset>();

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapAsset<DataAsset>();
        routes.MapAsset<EnvironmentAsset>();
        routes.MapAsset<CodeAsset>();
        routes.MapAsset<ModelAsset>();
        routes.MapAsset<ComponentAsset>();
    }
}
