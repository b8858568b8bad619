using Isobar.Aws.Protocols;
using Isobar.Aws.SageMakerRuntime.Async;
using Isobar.Aws.SageMakerRuntime.Streaming;
using Isobar.Core.Results;
using Isobar.Core.Support;
using Isobar.Engine.Serving;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerRuntime;

/// <summary>SageMaker Runtime: asks deployed models. The hot path of the AWS port: no routing, no parsing but of the path and the headers named.</summary>
internal sealed class SageMakerRuntimeService(IEndpoints endpoints, AsyncInvocations asynchronous) : IAwsHotService
{
    /// <summary>Bytes of a request's body, as the service model documents them.</summary>
    public const int BodyLimit = 6_291_456;

    public string Name => "SageMaker Runtime";

    public IReadOnlyList<OperationSupport> Support { get; } =
    [
        new("InvokeEndpoint", SupportLevel.Real),
        new("InvokeEndpointAsync", SupportLevel.Real, "notifications over SNS are not sent"),
        new("InvokeEndpointWithResponseStream", SupportLevel.Real),
    ];

    public bool MatchesPath(string method, string path) => method == "POST" && RuntimePath.Operation(path) != RuntimeOperation.None;

    public bool Matches(AwsRequest request) => MatchesPath(request.Http.Request.Method, request.Http.Request.Path.Value ?? "");

    public Task HandleAsync(AwsRequest request)
    {
        var path = request.Http.Request.Path.Value!;
        var endpoint = RuntimePath.Endpoint(path).ToString();
        return RuntimePath.Operation(path) switch
        {
            RuntimeOperation.InvokeAsync => asynchronous.AcceptAsync(request, endpoint),
            RuntimeOperation.InvokeStream => InvokeStreamAsync(request, endpoint),
            _ => InvokeAsync(request, endpoint),
        };
    }

    public Task RefuseAsync(AwsRequest request, AwsError error)
    {
        // The body was not read: the connection cannot go on after it.
        if (error.Status == StatusCodes.Status413PayloadTooLarge) request.Http.Response.Headers.Connection = "close";
        return RuntimeErrors.WriteAsync(request.Http, error);
    }

    private async Task InvokeAsync(AwsRequest request, string endpoint)
    {
        var (http, headers) = (request.Http, request.Http.Request.Headers);
        if (NotBuilt(headers) is { } refusal)
        {
            await RefuseAsync(request, refusal);
            return;
        }
        using var body = await RequestBody.ReadAsync(http.Request, BodyLimit, http.RequestAborted);
        if (body.IsTooLarge)
        {
            await RefuseAsync(request, RuntimeErrors.TooLarge(BodyLimit));
            return;
        }
        var invocation = Invocation(headers, body.Memory, headers.Accept);
        using var reply = await endpoints.InvokeAsync(EndpointId.Of(request.Caller, endpoint), invocation, http.RequestAborted);
        if (reply.Error is { } error)
        {
            await FailAsync(request, endpoint, invocation.TargetVariant, error);
            return;
        }
        if (reply.Status is < 200 or > 299)
        {
            await RuntimeErrors.WriteModelErrorAsync(http, request.Caller, endpoint, reply.Status, RuntimeErrors.Text(reply.Body.Span));
            return;
        }
        var response = http.Response;
        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        if (reply.InvokedVariant is { } variant) response.Headers[RuntimeHeaders.InvokedVariant] = variant;
        if (reply.CustomAttributes is { } attributes) response.Headers[RuntimeHeaders.CustomAttributes] = attributes;
        await response.BodyWriter.WriteAsync(reply.Body, http.RequestAborted);
    }

    private async Task InvokeStreamAsync(AwsRequest request, string endpoint)
    {
        var (http, headers) = (request.Http, request.Http.Request.Headers);
        if (NotBuilt(headers) is { } refusal)
        {
            await RefuseAsync(request, refusal);
            return;
        }
        using var body = await RequestBody.ReadAsync(http.Request, BodyLimit, http.RequestAborted);
        if (body.IsTooLarge)
        {
            await RefuseAsync(request, RuntimeErrors.TooLarge(BodyLimit));
            return;
        }
        var invocation = Invocation(headers, body.Memory, headers[RuntimeHeaders.Accept]);
        await using var reply = await endpoints.InvokeStreamAsync(EndpointId.Of(request.Caller, endpoint), invocation, http.RequestAborted);
        if (reply.Error is { } error)
        {
            await FailAsync(request, endpoint, invocation.TargetVariant, error);
            return;
        }
        if (reply.Status is < 200 or > 299)
        {
            var message = await PayloadParts.ReadTextAsync(reply.Body, http.RequestAborted);
            await RuntimeErrors.WriteModelErrorAsync(http, request.Caller, endpoint, reply.Status, message);
            return;
        }
        await PayloadParts.WriteAsync(http, reply);
    }

    private async Task FailAsync(AwsRequest request, string endpoint, string? variant, Error error)
    {
        var (http, caller) = (request.Http, request.Caller);
        switch (error.Code)
        {
            case ErrorCode.NotFound or ErrorCode.FailedPrecondition:
                var known = variant is not null && (await endpoints.GetAsync(EndpointId.Of(caller, endpoint), http.RequestAborted)).TryGet(out var info, out _)
                    && info.Spec.Variants.All(v => v.Name != variant);
                await RefuseAsync(request, known ? RuntimeErrors.VariantNotFound(variant!) : RuntimeErrors.EndpointNotFound(caller, endpoint));
                break;
            case ErrorCode.DeadlineExceeded:
                await RuntimeErrors.WriteModelErrorAsync(http, caller, endpoint, 0, "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.");
                break;
            case var code when RuntimeErrors.ModelStatus(code) is > 0 and var status:
                await RuntimeErrors.WriteModelErrorAsync(http, caller, endpoint, status, error.Message);
                break;
            default:
                await RefuseAsync(request, RuntimeErrors.Of(error));
                break;
        }
    }

    private static AwsError? NotBuilt(IHeaderDictionary headers) =>
        headers.ContainsKey(RuntimeHeaders.TargetModel) ? RuntimeErrors.Validation("The endpoint is not a multi-model endpoint: Target-Model is not supported here.")
        : headers.ContainsKey(RuntimeHeaders.TargetContainer) ? RuntimeErrors.Validation("The endpoint has one container: Target-Container-Hostname is not supported here.")
        : headers.ContainsKey(RuntimeHeaders.InferenceComponent) ? RuntimeErrors.Validation("Inference Component Name header is not allowed for endpoints to which you don't plan to deploy inference components.")
        : headers.ContainsKey(RuntimeHeaders.EnableExplanations) ? RuntimeErrors.Validation("The endpoint has no explainer: EnableExplanations is not supported here.")
        : null;

    private static Invocation Invocation(IHeaderDictionary headers, ReadOnlyMemory<byte> body, string? accept) => new()
    {
        Body = body,
        ContentType = headers.ContentType,
        Accept = accept,
        TargetVariant = headers[RuntimeHeaders.TargetVariant],
        InferenceId = headers[RuntimeHeaders.InferenceId],
        CustomAttributes = headers[RuntimeHeaders.CustomAttributes],
        SessionId = headers[RuntimeHeaders.SessionId],
    };
}
