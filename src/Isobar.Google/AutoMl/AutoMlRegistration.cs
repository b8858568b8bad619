using Isobar.Core.Support;
using Isobar.Engine.Serving;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.Protocols;
using Isobar.Google.VertexAi.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.AutoMl;

/// <summary>Registers and routes the older AutoML API.</summary>
internal static class AutoMlRegistration
{
    /// <summary>Paths over REST are those of Vertex AI: below this, out of the way of them, are those of the hosts called automl.</summary>
    public const string Prefix = "/automl";

    /// <summary>Methods that answer UNIMPLEMENTED.</summary>
    private static readonly string[] Absent = ["AutoMl.ExportData", "AutoMl.UpdateModel", "AutoMl.ExportModel"];

    public static IServiceCollection AddAutoMlV1(this IServiceCollection services) => services
        .AddSingleton<AutoMlDatasets>().AddSingleton<AutoMlModels>().AddSingleton<AutoMlDeployments>().AddSingleton<AutoMlEvaluations>().AddSingleton<AutoMlBatches>()
        .AddSingleton<IFollowedWork, ModelTraining>().AddSingleton<IFollowedWork>(p => p.GetRequiredService<AutoMlBatches>())
        .AddSingleton<IInvocationCodecFactory, AutoMlBatchCodecFactory>()
        .AddSingleton<AutoMlRpc>().AddSingleton<AutoMlPredictionRpc>()
        .AddSingleton(new GoogleService("Google AutoML (legacy)",
        [
            .. AutomlReflection.Descriptor.Services.SelectMany(s => s.Methods.Select(m => new OperationSupport($"{s.Name}.{m.Name}", SupportLevel.Real))),
            .. Absent.Select(m => new OperationSupport(m, SupportLevel.Unsupported)),
        ]));

    public static void MapAutoMlV1(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<AutoMlRpc>();
        routes.MapGrpcService<AutoMlPredictionRpc>();
    }

    /// <summary>Whether a request is for automl.googleapis.com, or for the host of another name that begins so; its operations are those of all.</summary>
    public static bool IsFor(HttpRequest request) => IsHost(request) && request.Path.StartsWithSegments("/v1") && !request.Path.Value!.Contains("/operations", StringComparison.Ordinal);

    /// <summary>Whether a request is for a host of this API.</summary>
    public static bool IsHost(HttpRequest request) => request.Host.Host.Split('.')[0].EndsWith("automl", StringComparison.OrdinalIgnoreCase);
}
