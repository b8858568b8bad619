using System.Buffers;
using System.Text.Json;
using Google.Api;
using Google.Protobuf;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary><c>PredictionService</c> over gRPC.</summary>
internal sealed class PredictionRpc(IEndpoints engine, EndpointStore endpoints) : PredictionService.PredictionServiceBase
{
    private const int Piece = 64 * 1024;

    public override async Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context)
    {
        var name = ResourceName.Parse(request.Endpoint, EndpointStore.Endpoints, "endpoint");
        if (request.Instances.Count == 0) throw Faults.Required("instances");
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("instances");
            foreach (var instance in request.Instances) ValueJson.Write(json, instance);
            json.WriteEndArray();
            if (request.Parameters is not null)
            {
                json.WritePropertyName("parameters");
                ValueJson.Write(json, request.Parameters);
            }
            json.WriteEndObject();
        }
        using var reply = await engine.InvokeAsync(name.Engine, new Invocation { Body = body.WrittenMemory, ContentType = "application/json", Accept = "application/json" }, context.CancellationToken).ConfigureAwait(false);
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) throw Faults.Of(PredictionReply.Named(error, request.Endpoint));
        var answer = new PredictResponse { DeployedModelId = reply.InvokedVariant ?? "" };
        if (await endpoints.DeployedAsync(request.Endpoint, reply.InvokedVariant, context.CancellationToken).ConfigureAwait(false) is { } deployed)
            (answer.Model, answer.ModelVersionId, answer.ModelDisplayName) = (deployed.Model, deployed.ModelVersionId, deployed.DisplayName);
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("predictions", out var predictions) && predictions.ValueKind == JsonValueKind.Array)
                foreach (var prediction in predictions.EnumerateArray()) answer.Predictions.Add(ValueJson.Read(prediction));
            else answer.Predictions.Add(ValueJson.Read(document.RootElement));
        }
        catch (JsonException)
        {
            throw Faults.Of(new Error(ErrorCode.Internal, "The model did not answer in JSON."));
        }
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

    private static Invocation Ask(HttpBody? body) => body is null ? throw Faults.Required("http_body") : new Invocation { Body = body.Data.Memory, ContentType = body.ContentType.Length > 0 ? body.ContentType : "application/json" };
}
