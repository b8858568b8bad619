using System.Text.Json.Nodes;
using Isobar.Azure.Protocols;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Registers MLflow's tracking and registry at the tracking URI of a workspace.</summary>
internal static class MlflowRegistration
{
    private const string ServiceName = "MLflow of Azure Machine Learning";

    private static readonly string[] Absent =
    [
        "GET metrics/get-history-bulk-interval", "POST artifacts/presigned-upload-url", "POST artifacts/presigned-download-url", "POST runs/outputs", "POST experiments/search-datasets",
        "POST registered-models/rename", "POST logged-models", "GET logged-models/{model_id}", "PATCH logged-models/{model_id}", "POST traces", "POST traces/search", "POST mlflow-artifacts/mpu/create",
    ];

    public static IServiceCollection AddMlflow(this IServiceCollection services) => services
        .AddSingleton<ExperimentOperations>().AddSingleton<JobRuns>().AddSingleton<RunArtifacts>().AddSingleton<RunOperations>().AddSingleton<ArtifactProxy>()
        .AddSingleton<ModelVersions>().AddSingleton<RegisteredModels>()
        .AddSingleton(new AzureService(ServiceName,
        [
            .. Operations(null).Select(o => new OperationSupport(o.Method + " " + o.Path["mlflow/".Length..], SupportLevel.Real)),
            .. new[] { "GET", "PUT", "DELETE" }.Select(m => new OperationSupport(m + " mlflow-artifacts/artifacts/{path}", SupportLevel.Real)),
            new("GET mlflow-artifacts/artifacts", SupportLevel.Real),
            .. Absent.Select(o => new OperationSupport(o, SupportLevel.Unsupported)),
        ]));

    public static void MapMlflow(this IEndpointRouteBuilder routes)
    {
        foreach (var (method, path, handler) in Operations(routes.ServiceProvider)) routes.MapMlflow(method, path, handler);
        var proxy = routes.ServiceProvider.GetRequiredService<ArtifactProxy>();
        const string Artifacts = "mlflow-artifacts/artifacts";
        routes.MapMlflow("GET", Artifacts, proxy.ListAsync);
        routes.MapRaw("PUT", MlflowRoutes.Prefix + Artifacts + "/{**path}", call => proxy.PutAsync(call, Path(call)));
        routes.MapRaw("GET", MlflowRoutes.Prefix + Artifacts + "/{**path}", call => proxy.GetAsync(call, Path(call)));
        routes.MapRaw("DELETE", MlflowRoutes.Prefix + Artifacts + "/{**path}", call => proxy.DeleteAsync(call, Path(call)));
        routes.Map("/mlflow/{**rest}", MlflowRoutes.RefuseAsync);
    }

    private static string Path(MlflowCall call) => call.Arm.Http.Request.RouteValues["path"] as string ?? "";

    /// <summary>Every operation by method and path. Without services, for the support table, the handlers are not there to be called.</summary>
    private static IEnumerable<(string Method, string Path, Func<MlflowCall, Task<JsonObject>> Handler)> Operations(IServiceProvider? services)
    {
        var experiments = services?.GetRequiredService<ExperimentOperations>()!;
        var runs = services?.GetRequiredService<RunOperations>()!;
        var artifacts = services?.GetRequiredService<RunArtifacts>()!;
        var models = services?.GetRequiredService<RegisteredModels>()!;
        var versions = services?.GetRequiredService<ModelVersions>()!;
        const string E = "mlflow/experiments/", R = "mlflow/runs/", M = "mlflow/registered-models/", V = "mlflow/model-versions/";
        yield return ("POST", E + "create", c => experiments.CreateAsync(c));
        yield return ("GET", E + "get", c => experiments.GetAsync(c));
        yield return ("GET", E + "get-by-name", c => experiments.GetByNameAsync(c));
        yield return ("POST", E + "search", c => experiments.SearchAsync(c));
        yield return ("GET", E + "search", c => experiments.SearchAsync(c));
        yield return ("GET", E + "list", c => experiments.SearchAsync(c));
        yield return ("POST", E + "update", c => experiments.UpdateAsync(c));
        yield return ("POST", E + "delete", c => experiments.DeleteAsync(c));
        yield return ("POST", E + "restore", c => experiments.RestoreAsync(c));
        yield return ("POST", E + "set-experiment-tag", c => experiments.SetTagAsync(c));
        yield return ("POST", E + "delete-experiment-tag", c => experiments.DeleteTagAsync(c));
        yield return ("POST", R + "create", c => runs.CreateAsync(c));
        yield return ("GET", R + "get", c => runs.GetAsync(c));
        yield return ("POST", R + "update", c => runs.UpdateAsync(c));
        yield return ("POST", R + "delete", c => runs.DeleteAsync(c));
        yield return ("POST", R + "restore", c => runs.RestoreAsync(c));
        yield return ("POST", R + "search", c => runs.SearchAsync(c));
        yield return ("POST", R + "log-metric", c => runs.LogMetricAsync(c));
        yield return ("POST", R + "log-parameter", c => runs.LogParamAsync(c));
        yield return ("POST", R + "log-batch", c => runs.LogBatchAsync(c));
        yield return ("POST", R + "set-tag", c => runs.SetTagAsync(c));
        yield return ("POST", R + "delete-tag", c => runs.DeleteTagAsync(c));
        yield return ("POST", R + "log-inputs", c => runs.LogInputsAsync(c));
        yield return ("POST", R + "log-model", c => runs.LogModelAsync(c));
        yield return ("GET", "mlflow/metrics/get-history", c => runs.HistoryAsync(c));
        yield return ("GET", "mlflow/artifacts/list", async c => await artifacts.ListAsync(c, await runs.FindAsync(c).ConfigureAwait(false)).ConfigureAwait(false));
        yield return ("POST", M + "create", c => models.CreateAsync(c));
        yield return ("GET", M + "get", c => models.GetAsync(c));
        yield return ("PATCH", M + "update", c => models.UpdateAsync(c));
        yield return ("DELETE", M + "delete", c => models.DeleteAsync(c));
        yield return ("GET", M + "search", c => models.SearchAsync(c));
        yield return ("POST", M + "get-latest-versions", c => models.LatestAsync(c));
        yield return ("GET", M + "get-latest-versions", c => models.LatestAsync(c));
        yield return ("POST", M + "set-tag", c => models.SetTagAsync(c));
        yield return ("DELETE", M + "delete-tag", c => models.DeleteTagAsync(c));
        yield return ("POST", M + "alias", c => models.SetAliasAsync(c));
        yield return ("DELETE", M + "alias", c => models.DeleteAliasAsync(c));
        yield return ("GET", M + "alias", c => models.ByAliasAsync(c));
        yield return ("POST", V + "create", c => versions.CreateAsync(c));
        yield return ("GET", V + "get", c => versions.GetAsync(c));
        yield return ("PATCH", V + "update", c => versions.UpdateAsync(c));
        yield return ("DELETE", V + "delete", c => versions.DeleteAsync(c));
        yield return ("POST", V + "transition-stage", c => versions.TransitionAsync(c));
        yield return ("GET", V + "search", c => versions.SearchAsync(c));
        yield return ("GET", V + "get-download-uri", c => versions.DownloadUriAsync(c));
        yield return ("POST", V + "set-tag", c => versions.SetTagAsync(c));
        yield return ("DELETE", V + "delete-tag", c => versions.DeleteTagAsync(c));
    }
}
