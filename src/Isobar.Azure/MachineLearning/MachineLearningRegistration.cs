using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.BatchEndpoints;
using Isobar.Azure.MachineLearning.Computes;
using Isobar.Azure.MachineLearning.Connections;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Mlflow;
using Isobar.Azure.MachineLearning.Monitors;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Azure.MachineLearning.Registries;
using Isobar.Azure.MachineLearning.Schedules;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning;

/// <summary>Registers Azure Machine Learning, one line a type of resource.</summary>
internal static class MachineLearningRegistration
{
    public static IServiceCollection AddMachineLearning(this IServiceCollection services) => services
        .AddWorkspaces()
        .AddDatastores()
        .AddComputes()
        .AddWorkspaceConnections()
        .AddRegistries()
        .AddAssets()
        .AddJobs()
        .AddOnlineEndpoints()
        .AddBatchEndpoints()
        .AddSchedules()
        .AddMonitors()
        .AddMlflow()
        .AddSingleton(new AzureService(Ml.ServiceName, [.. Absent.Select(o => new OperationSupport(o, SupportLevel.Unsupported))]));

    /// <summary>Operations of the service that nothing here answers.</summary>
    private static readonly string[] Absent =
    [
        "PrivateEndpointConnections_CreateOrUpdate", "PrivateLinkResources_List", "WorkspaceFeatures_List",
        "FeatureSets_CreateOrUpdate", "MarketplaceSubscriptions_CreateOrUpdate", "ServerlessEndpoints_CreateOrUpdate",
    ];

    public static void MapMachineLearning(this IEndpointRouteBuilder routes)
    {
        routes.MapWorkspaces();
        routes.MapDatastores();
        routes.MapComputes();
        routes.MapWorkspaceConnections();
        routes.MapRegistries();
        routes.MapAssets();
        routes.MapJobs();
        routes.MapOnlineEndpoints();
        routes.MapBatchEndpoints();
        routes.MapSchedules();
        routes.MapMlflow();
    }
}
