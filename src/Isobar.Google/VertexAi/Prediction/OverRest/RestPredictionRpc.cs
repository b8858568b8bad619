using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Prediction.OverRest;

/// <summary><c>PredictionService</c> over gRPC before somebody's REST.</summary>
internal sealed class RestPredictionRpc(RestPredictions rest) : PredictionService.PredictionServiceBase
{
    private const string Json = "application/json";
    private const int Piece = 64 * 1024, MaxShown = 500;

    public override async Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context)
    {
        if (request.Instances.Count == 0) throw Faults.Required("instances");
        var (body, _) = await AskAsync(request.Endpoint, "predict", Json, InstanceBody.Of(request.Instances, request.Parameters), context).ConfigureAwait(false);
        var answer = new PredictResponse();
        answer.Predictions.Add(InstanceBody.Read(body));
        if (JsonNode.Parse(body.Span) is not JsonObject said) return answer;
        (answer.DeployedModelId, answer.Model) = (Text("deployedModelId"), Text("model"));
        (answer.ModelVersionId, answer.ModelDisplayName) = (Text("modelVersionId"), Text("modelDisplayName"));
        return answer;

        string Text(string name) => said[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
    }

    public override async Task<HttpBody> RawPredict(RawPredictRequest request, ServerCallContext context)
    {
        var (type, body) = Of(request.HttpBody);
        var (answer, contentType) = await AskAsync(request.Endpoint, "rawPredict", type, body, context).ConfigureAwait(false);
        return new HttpBody { ContentType = contentType, Data = ByteString.CopyFrom(answer.Span) };
    }

    public override async Task StreamRawPredict(StreamRawPredictRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var (type, body) = Of(request.HttpBody);
        var pipe = new Pipe();
        using var call = new RestCall(context.GetHttpContext(), Path(request.Endpoint, "streamRawPredict"), type, body, pipe.Writer.AsStream());
        var answering = AnswerAsync();
        try
        {
            while (true)
            {
                var read = await pipe.Reader.ReadAsync(context.CancellationToken).ConfigureAwait(false);
                var failed = call.Http.Response.StatusCode >= 400;
                if (!failed)
                    foreach (var segment in read.Buffer)
                        for (var rest = segment; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, Piece)..])
                            await responseStream.WriteAsync(new HttpBody { ContentType = call.Http.Response.ContentType ?? Json, Data = ByteString.CopyFrom(rest.Span[..Math.Min(rest.Length, Piece)]) }, context.CancellationToken).ConfigureAwait(false);
                if (read.IsCompleted)
                {
                    await answering.ConfigureAwait(false);
                    Tell(call, context);
                    if (failed) throw Failure(call.Http.Response.StatusCode, read.Buffer.ToArray());
                    return;
                }
                pipe.Reader.AdvanceTo(failed ? read.Buffer.Start : read.Buffer.End, read.Buffer.End);
            }
        }
        finally
        {
            // Whoever still writes is told that nobody reads.
            if (!answering.IsCompleted) call.Abort();
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task AnswerAsync()
        {
            try { await RunAsync(call, request.Endpoint).ConfigureAwait(false); }
            finally { await pipe.Writer.CompleteAsync().ConfigureAwait(false); }
        }
    }

    private async Task<(ReadOnlyMemory<byte> Body, string ContentType)> AskAsync(string endpoint, string verb, string contentType, ReadOnlyMemory<byte> body, ServerCallContext context)
    {
        using var answer = new MemoryStream();
        using var call = new RestCall(context.GetHttpContext(), Path(endpoint, verb), contentType, body, answer);
        await RunAsync(call, endpoint).ConfigureAwait(false);
        Tell(call, context);
        var held = answer.ToArray();
        return call.Http.Response.StatusCode >= 400 ? throw Failure(call.Http.Response.StatusCode, held) : (held, call.Http.Response.ContentType ?? Json);
    }

    private async Task RunAsync(RestCall call, string endpoint)
    {
        await (rest(call.Http) ?? throw Faults.Invalid("endpoint", endpoint, "the name of an endpoint, projects/PROJECT/locations/LOCATION/endpoints/ENDPOINT.")).ConfigureAwait(false);
        if (call.IsBroken) throw Faults.Of(new Error(ErrorCode.Unavailable, "The model's answer broke off."));
        await call.Http.Response.CompleteAsync().ConfigureAwait(false);
    }

    private static string Path(string endpoint, string verb) => $"/v1/{endpoint}:{verb}";

    private static (string Type, ReadOnlyMemory<byte> Body) Of(HttpBody? body) => body is null ? throw Faults.Required("http_body") : (body.ContentType.Length > 0 ? body.ContentType : Json, body.Data.Memory);

    // What the answer's headers tell beside the protocol's own, such as who answered and when to come again.
    private static void Tell(RestCall call, ServerCallContext context)
    {
        foreach (var (name, values) in call.Http.Response.Headers)
            if (name.StartsWith("x-", StringComparison.OrdinalIgnoreCase) || name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase))
                foreach (var value in values.OfType<string>().Where(v => v.All(c => c is >= ' ' and <= '~'))) context.ResponseTrailers.Add(name.ToLowerInvariant(), value);
    }

    // {"error": {"status": "NOT_FOUND", "message": …}} is the answerer's own; all else is what the model said.
    private static RpcException Failure(int status, byte[] body)
    {
        try
        {
            if (JsonNode.Parse(body)?["error"] is JsonObject error && error["status"] is JsonValue named && named.TryGetValue<string>(out var name) && Enum.TryParse<ErrorCode>(name.Replace("_", ""), ignoreCase: true, out var code))
                return Faults.Of(new Error(code, error["message"]?.ToString() ?? ""));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) { }
        return Faults.Of(new Error(CodeOf(status), $"The model answered {status}: {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(MaxShown, body.Length)))}"));
    }

    // google.rpc.Code's own mapping, read backwards.
    private static ErrorCode CodeOf(int status) => status switch
    {
        401 => ErrorCode.Unauthenticated,
        403 => ErrorCode.PermissionDenied,
        404 => ErrorCode.NotFound,
        409 => ErrorCode.Aborted,
        429 => ErrorCode.ResourceExhausted,
        499 => ErrorCode.Cancelled,
        501 => ErrorCode.Unimplemented,
        502 or 503 => ErrorCode.Unavailable,
        408 or 504 => ErrorCode.DeadlineExceeded,
        >= 500 => ErrorCode.Internal,
        _ => ErrorCode.InvalidArgument,
    };
}
