using Google.Api;
using Google.Protobuf;
using Grpc.Core;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Prediction.Fast;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary><c>PredictionService</c> over gRPC.</summary>
internal sealed class PredictionRpc(IEndpoints engine, EndpointStore endpoints, ExplainCall explain, DirectCall direct) : PredictionService.PredictionServiceBase
{
    private const int Piece = 64 * 1024;

    public override async Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context)
    {
        if (PredictCalls.FailureOf(context.GetHttpContext()) is { } failure) throw failure;
        var name = ResourceName.Parse(request.Endpoint, EndpointStore.Endpoints, "endpoint");
        if (request.Instances.Count == 0) throw Faults.Required("instances");
        using var reply = await engine.InvokeAsync(name.Engine, new Invocation { Body = InstanceBody.Of(request.Instances, request.Parameters), ContentType = "application/json", Accept = "application/json" }, context.CancellationToken).ConfigureAwait(false);
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) throw Faults.Of(PredictionReply.Named(error, request.Endpoint));
        var answer = new PredictResponse { DeployedModelId = reply.InvokedVariant ?? "" };
        if (await endpoints.DeployedAsync(request.Endpoint, reply.InvokedVariant, context.CancellationToken).ConfigureAwait(false) is { } deployed)
            (answer.Model, answer.ModelVersionId, answer.ModelDisplayName) = (deployed.Model, deployed.ModelVersionId, deployed.DisplayName);
        answer.Predictions.Add(InstanceBody.Read(reply.Body));
        return answer;
    }

    public override async Task<HttpBody> RawPredict(RawPredictRequest request, ServerCallContext context)
    {
        var name = ResourceName.Parse(request.Endpoint, EndpointStore.Endpoints, "endpoint");
        using var reply = await engine.InvokeAsync(name.Engine, Ask(request.HttpBody), context.CancellationToken).ConfigureAwait(false);
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) throw Faults.Of(PredictionReply.Named(error, request.Endpoint));
        context.ResponseTrailers.Add(PredictionReply.DeployedModelHeader, reply.InvokedVariant ?? "");
        return new HttpBody { ContentType = reply.ContentType ?? "application/json", Data = ByteString.CopyFrom(reply.Body.Span) };
    }

    public override async Task StreamRawPredict(StreamRawPredictRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var name = ResourceName.Parse(request.Endpoint, EndpointStore.Endpoints, "endpoint");
        await using var reply = await engine.InvokeStreamAsync(name.Engine, Ask(request.HttpBody), context.CancellationToken).ConfigureAwait(false);
        if (reply.Error is { } error) throw Faults.Of(PredictionReply.Named(error, request.Endpoint));
        var buffer = new byte[Piece];
        for (int read; (read = await reply.Body.ReadAsync(buffer, context.CancellationToken).ConfigureAwait(false)) > 0;)
            await responseStream.WriteAsync(new HttpBody { ContentType = reply.ContentType ?? "application/json", Data = ByteString.CopyFrom(buffer, 0, read) }, context.CancellationToken).ConfigureAwait(false);
    }

    public override Task<ExplainResponse> Explain(ExplainRequest request, ServerCallContext context) => explain.AnswerAsync(request, context.CancellationToken);

    public override async Task<DirectPredictResponse> DirectPredict(DirectPredictRequest request, ServerCallContext context) =>
        new() { Outputs = { await direct.AnswerAsync(request.Endpoint, request.Inputs, request.Parameters, context.CancellationToken).ConfigureAwait(false) } };

    public override async Task StreamDirectPredict(IAsyncStreamReader<StreamDirectPredictRequest> requestStream, IServerStreamWriter<StreamDirectPredictResponse> responseStream, ServerCallContext context)
    {
        var endpoint = "";
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
        {
            // Only the first message has to say which endpoint is asked.
            if (request.Endpoint.Length > 0) endpoint = request.Endpoint;
            var outputs = await direct.AnswerAsync(endpoint, request.Inputs, request.Parameters, context.CancellationToken).ConfigureAwait(false);
            await responseStream.WriteAsync(new StreamDirectPredictResponse { Outputs = { outputs } }, context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task StreamingPredict(IAsyncStreamReader<StreamingPredictRequest> requestStream, IServerStreamWriter<StreamingPredictResponse> responseStream, ServerCallContext context)
    {
        var endpoint = "";
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
        {
            if (request.Endpoint.Length > 0) endpoint = request.Endpoint;
            var outputs = await direct.AnswerAsync(endpoint, request.Inputs, request.Parameters, context.CancellationToken).ConfigureAwait(false);
            await responseStream.WriteAsync(new StreamingPredictResponse { Outputs = { outputs } }, context.CancellationToken).ConfigureAwait(false);
        }
    }

    // One message for each prediction.
    public override async Task ServerStreamingPredict(StreamingPredictRequest request, IServerStreamWriter<StreamingPredictResponse> responseStream, ServerCallContext context)
    {
        foreach (var output in await direct.AnswerAsync(request.Endpoint, request.Inputs, request.Parameters, context.CancellationToken).ConfigureAwait(false))
            await responseStream.WriteAsync(new StreamingPredictResponse { Outputs = { output } }, context.CancellationToken).ConfigureAwait(false);
    }

    private static Invocation Ask(HttpBody? body) => body is null ? throw Faults.Required("http_body") : new Invocation { Body = body.Data.Memory, ContentType = body.ContentType.Length > 0 ? body.ContentType : "application/json" };
}
