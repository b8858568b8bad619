using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerRuntime.Async;

/// <summary>Accepts asynchronous invocations: once the caller has its answer, the request is on disk and will be run, even after a restart.</summary>
internal sealed class AsyncInvocations(IEndpoints endpoints, IAsyncTargets targets, IStateStore state, AsyncRunner runner, TimeProvider time)
{
    private static readonly TimeSpan DefaultTtl = TimeSpan.FromHours(6), DefaultTimeout = TimeSpan.FromMinutes(15);

    public static Collection<AsyncRequest> Queue { get; } = new("aws.sagemaker-runtime.async", AsyncJson.Default.AsyncRequest);

    public async Task AcceptAsync(AwsRequest request, string endpoint)
    {
        var (http, ct) = (request.Http, request.Http.RequestAborted);
        if (!(await PlanAsync(request, endpoint, ct)).TryGet(out var planned, out var failure))
        {
            await RuntimeErrors.WriteAsync(http, (AwsError)failure.Cause!);
            return;
        }
        var id = Guid.NewGuid().ToString();
        await state.InsertAsync(Queue, id, planned, ct);
        runner.Enqueue(id, planned);

        var response = http.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = "application/json";
        response.Headers[RuntimeHeaders.OutputLocation] = S3Place.ToUri(planned.Output);
        if (planned.Failure is { } at) response.Headers[RuntimeHeaders.FailureLocation] = S3Place.ToUri(at);
        await response.WriteAsync($"{{\"InferenceId\":\"{System.Text.Json.JsonEncodedText.Encode(planned.InferenceId)}\"}}", ct);
    }

    private async Task<AwsResult<AsyncRequest>> PlanAsync(AwsRequest request, string endpoint, CancellationToken ct)
    {
        var (headers, caller) = (request.Http.Request.Headers, request.Caller);
        var id = EndpointId.Of(caller, endpoint);
        if (!(await endpoints.GetAsync(id, ct)).TryGet(out var info, out _) || info.State is EndpointState.Creating or EndpointState.Failed or EndpointState.Deleting)
            return RuntimeErrors.EndpointNotFound(caller, endpoint);
        if (info.Spec.Configuration is not { } configuration || await targets.FindAsync(caller, configuration, ct) is not { } target)
            return RuntimeErrors.Validation($"Endpoint {endpoint} of account {caller.Account} has no AsyncInferenceConfig: it does not take InvokeEndpointAsync.");
        if (!S3Place.TryParse(headers[RuntimeHeaders.InputLocation], out var input) || input.Key.Length == 0)
            return RuntimeErrors.Validation($"The InputLocation '{headers[RuntimeHeaders.InputLocation]}' is not an object in S3.");
        var inference = headers[RuntimeHeaders.InferenceId].ToString() is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        if (Seconds(headers[RuntimeHeaders.RequestTtl], 60, 21_600, DefaultTtl) is not { } ttl) return RuntimeErrors.Validation("RequestTTLSeconds must be a whole number from 60 to 21600.");
        if (Seconds(headers[RuntimeHeaders.InvocationTimeout], 1, 3600, DefaultTimeout) is not { } timeout) return RuntimeErrors.Validation("InvocationTimeoutSeconds must be a whole number from 1 to 3600.");
        var name = headers[RuntimeHeaders.Filename].ToString() is { Length: > 0 } file ? file : Guid.NewGuid().ToString();
        var extension = headers[RuntimeHeaders.OutputExtension].ToString().Trim('/');
        var below = extension.Length > 0 ? $"{extension}/{name}" : name;
        return new AsyncRequest
        {
            EndpointId = id,
            Endpoint = endpoint,
            InferenceId = inference,
            Input = input,
            Output = S3Place.Below(target.Output, $"{below}.out"),
            Failure = target.Failure is { } failure ? S3Place.Below(failure, $"{below}-error.out") : null,
            ContentType = headers[RuntimeHeaders.ContentType],
            Accept = headers[RuntimeHeaders.Accept],
            CustomAttributes = headers[RuntimeHeaders.CustomAttributes],
            Expires = time.GetUtcNow() + ttl,
            Timeout = timeout,
            Concurrency = target.Concurrency,
        };
    }

    private static TimeSpan? Seconds(string? text, int min, int max, TimeSpan fallback) =>
        string.IsNullOrEmpty(text) ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= min && seconds <= max ? TimeSpan.FromSeconds(seconds)
        : null;
}
