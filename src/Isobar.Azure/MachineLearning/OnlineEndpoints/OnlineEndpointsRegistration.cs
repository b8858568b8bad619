using Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;
using Isobar.Azure.MachineLearning.OnlineEndpoints.Scaling;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Isobar.Engine.Serving;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Registers online endpoints and deployments.</summary>
internal static class OnlineEndpointsRegistration
{
    public static IServiceCollection AddOnlineEndpoints(this IServiceCollection services) => services
        .AddSingleton<IArmKind, EndpointKind>().AddSingleton<IArmKind, DeploymentKind>().AddSingleton<DeploymentStates>()
        .AddSingleton<ScoringTable>().AddSingleton<ScoringRoute>().AddSingleton<ScoringServer>().AddSingleton<IInvocationCodecFactory, AzureCodecFactory>()
        .AddSingleton<DataCollector>().AddSingleton<IInvocationObserver>(p => p.GetRequiredService<DataCollector>()).AddSingleton<DeploymentPlanner>().AddSingleton<EndpointApply>().AddSingleton<EndpointOperations>().AddSingleton<DeploymentOperations>()
        .AddSingleton<UtilizationScaler>().AddHostedService(p => p.GetRequiredService<UtilizationScaler>())
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("OnlineEndpoints_CreateOrUpdate", SupportLevel.Real, "managed; traffic and mirror traffic"),
            new("OnlineEndpoints_Update", SupportLevel.Real),
            new("OnlineEndpoints_Get", SupportLevel.Real),
            new("OnlineEndpoints_List", SupportLevel.Real),
            new("OnlineEndpoints_Delete", SupportLevel.Real),
            new("OnlineEndpoints_ListKeys", SupportLevel.Real),
            new("OnlineEndpoints_RegenerateKeys", SupportLevel.Real),
            new("OnlineEndpoints_GetToken", SupportLevel.Real),
            new("OnlineDeployments_CreateOrUpdate", SupportLevel.Real, "ONNX models without a script; scoring scripts by this machine's python3; collections of the data collector; target-utilization scaling"),
            new("OnlineDeployments_Update", SupportLevel.Real),
            new("OnlineDeployments_Get", SupportLevel.Real),
            new("OnlineDeployments_List", SupportLevel.Real),
            new("OnlineDeployments_Delete", SupportLevel.Real),
            new("OnlineDeployments_GetLogs", SupportLevel.Real),
            new("OnlineDeployments_ListSkus", SupportLevel.Real),
            new("POST scoringUri", SupportLevel.Real, "keys and tokens are checked"),
        ]));

    public static void MapOnlineEndpoints(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<EndpointOperations>();
        var deployments = routes.ServiceProvider.GetRequiredService<DeploymentOperations>();
        const string All = Ml.Workspace + "/" + EndpointNames.Plural, One = All + "/{endpointName}", Deployments = One + "/" + EndpointNames.Deployments, Deployment = Deployments + "/{deploymentName}";
        routes.MapArm("GET", All, endpoints.ListAsync);
        routes.MapArm("PUT", One, endpoints.PutAsync);
        routes.MapArm("PATCH", One, endpoints.PatchAsync);
        routes.MapArm("GET", One, endpoints.GetAsync);
        routes.MapArm("DELETE", One, endpoints.DeleteAsync);
        routes.MapArm("POST", One + "/listKeys", endpoints.KeysAsync);
        routes.MapArm("POST", One + "/regenerateKeys", endpoints.RegenerateAsync);
        routes.MapArm("POST", One + "/token", endpoints.TokenAsync);
        routes.MapArm("GET", Deployments, deployments.ListAsync);
        routes.MapArm("PUT", Deployment, deployments.PutAsync);
        routes.MapArm("PATCH", Deployment, deployments.PatchAsync);
        routes.MapArm("GET", Deployment, deployments.GetAsync);
        routes.MapArm("DELETE", Deployment, deployments.DeleteAsync);
        routes.MapArm("POST", Deployment + "/getLogs", deployments.LogsAsync);
        routes.MapArm("GET", Deployment + "/skus", deployments.SkusAsync);
    }
}
