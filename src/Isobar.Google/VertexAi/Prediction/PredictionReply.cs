using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary>What the REST and the gRPC side read out of a reply alike.</summary>
internal static class PredictionReply
{
    public const string DeployedModelHeader = "x-vertex-ai-deployed-model-id";
    private const int MaxShown = 500;

    /// <summary>What the user's own server refused; null where it answered.</summary>
    public static Error? Refusal(InvocationReply reply) => reply.Status < 400 ? null
        : new Error(reply.Status < 500 ? ErrorCode.InvalidArgument : ErrorCode.Internal, $"The model answered {reply.Status}: {Encoding.UTF8.GetString(reply.Body.Span[..Math.Min(MaxShown, reply.Body.Length)])}");

    /// <summary>Failures in Google's terms: an endpoint without a deployed model is there and cannot answer, and a body that a model does not take is bad.</summary>
    public static Error Named(Error error, string endpoint) => error.Code switch
    {
        ErrorCode.NotFound => new Error(ErrorCode.NotFound, $"The endpoint {endpoint} is not found, or has no deployed model."),
        ErrorCode.Unimplemented => new Error(ErrorCode.InvalidArgument, error.Message),
        _ => error,
    };
}
