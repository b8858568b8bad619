using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.VertexAi.Prediction.OverRest;

/// <summary>
/// Answers a prediction that was asked in the words of Vertex AI's REST API (v1): <c>POST /v1/{endpoint}:predict</c>, <c>:rawPredict</c> or <c>:streamRawPredict</c>;
/// null where the path names nothing that can be asked. An ended connection is told by aborting the request.
/// </summary>
public delegate Task? RestPredictions(HttpContext http);

/// <summary>
/// Vertex AI's <c>PredictionService</c> over gRPC (google.cloud.aiplatform.v1), which is what Google's clients speak unless they are told otherwise, for a server
/// that answers predictions over REST: each call becomes the request that its HTTP binding describes. <c>Predict</c>, <c>RawPredict</c> and <c>StreamRawPredict</c>;
/// the service's other methods answer <c>UNIMPLEMENTED</c>.
/// </summary>
public static class PredictionOverRest
{
    private const string Service = "/google.cloud.aiplatform.v1.PredictionService/", Type = "application/grpc";

    /// <summary>Adds it, before what <paramref name="rest"/> gives. Vertex AI's own services must be there.</summary>
    public static IServiceCollection AddPredictionOverRest(this IServiceCollection services, Func<IServiceProvider, RestPredictions> rest) =>
        services.AddSingleton(rest).AddSingleton<RestPredictionRpc>();

    /// <summary>Routes it.</summary>
    public static void MapPredictionOverRest(this IEndpointRouteBuilder routes) => routes.MapGrpcService<RestPredictionRpc>();

    /// <summary>Whether a request is one of its calls.</summary>
    public static bool Matches(HttpRequest request) =>
        request.Path.Value?.StartsWith(Service, StringComparison.Ordinal) == true && request.ContentType?.StartsWith(Type, StringComparison.Ordinal) == true;
}
