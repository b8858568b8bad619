using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Registers batch endpoints, their deployments and their jobs.</summary>
internal static class BatchEndpointsRegistration
{
    public static IServiceCollection AddBatchEndpoints(this IServiceCollection services) => services
        .AddSingleton<IArmKind, BatchEndpointKind>().AddSingleton<IArmKind, BatchDeploymentKind>().AddSingleton<BatchEndpointFinder>()
        .AddSingleton<BatchScript>().AddSingleton<BatchPlanner>().AddSingleton<BatchScoringJobs>().AddSingleton<IJobType>(p => p.GetRequiredService<BatchScoringJobs>())
        .AddSingleton<BatchInvocation>().AddSingleton<BatchEndpointOperations>().AddSingleton<BatchDeploymentOperations>().AddSingleton<BatchScoringRoute>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            .. new[] { "BatchEndpoints", "BatchDeployments" }.SelectMany(t => new[] { "CreateOrUpdate", "Update", "Get", "List", "Delete" }.Select(o => new OperationSupport($"{t}_{o}", SupportLevel.Real))),
            new("BatchEndpoints_ListKeys", SupportLevel.Unsupported, "batch endpoints take tokens of Entra alone"),
            new("POST batch scoringUri", SupportLevel.Real, "CSV files through an ONNX model, or any files through a scoring script"),
            new("GET batch scoringUri", SupportLevel.Real),
        ]));

    public static void MapBatchEndpoints(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<BatchEndpointOperations>();
        var deployments = routes.ServiceProvider.GetRequiredService<BatchDeploymentOperations>();
        var scoring = routes.ServiceProvider.GetRequiredService<BatchScoringRoute>();
        const string All = Ml.Workspace + "/" + BatchNames.Plural, One = All + "/{endpointName}", Deployments = One + "/" + BatchNames.Deployments, Deployment = Deployments + "/{deploymentName}";
        routes.MapArm("GET", All, endpoints.ListAsync);
        routes.MapArm("PUT", One, endpoints.PutAsync);
        routes.MapArm("PATCH", One, endpoints.PatchAsync);
        routes.MapArm("GET", One, endpoints.GetAsync);
        routes.MapArm("DELETE", One, endpoints.DeleteAsync);
        routes.MapArm("POST", One + "/listkeys", endpoints.KeysAsync);
        routes.MapArm("GET", One + "/jobs", scoring.ListByIdAsync);
        routes.MapArm("GET", Deployments, deployments.ListAsync);
        routes.MapArm("PUT", Deployment, deployments.PutAsync);
        routes.MapArm("PATCH", Deployment, deployments.PatchAsync);
        routes.MapArm("GET", Deployment, deployments.GetAsync);
        routes.MapArm("DELETE", Deployment, deployments.DeleteAsync);
        routes.MapArm("GET", Deployment + "/jobs", scoring.ListByIdAsync);
        MapScoring(routes, "POST", "", scoring.PostAsync);
        MapScoring(routes, "GET", "", scoring.ListAsync);
        MapScoring(routes, "GET", "/{job}", scoring.OneAsync);
    }

    // The scoring address carries no id of Resource Manager, and clients send it no api-version either.
    private static void MapScoring(IEndpointRouteBuilder routes, string method, string rest, Func<ArmCall, Task<ArmReply>> handler)
    {
        var none = ArmId.Parse("/subscriptions/none");
        routes.MapMethods(BatchNames.Prefix + "{region}/{endpoint}/jobs" + rest, [method], http =>
        {
            if (!http.Request.Query.ContainsKey("api-version")) http.Request.QueryString = http.Request.QueryString.Add("api-version", "2022-10-01");
            return ArmRoutes.RunAsync(http, () => none, handler);
        });
    }
}
