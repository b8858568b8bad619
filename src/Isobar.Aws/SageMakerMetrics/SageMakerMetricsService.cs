using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Isobar.Aws.Protocols;
using Isobar.Aws.Protocols.Json;
using Isobar.Aws.Protocols.Validation;
using Isobar.Aws.SageMaker;
using Isobar.Aws.SageMaker.Experiments;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerMetrics;

internal sealed record BatchPutMetricsRequest
{
    [Required, Length(1, 120), Pattern("[a-z0-9](-*[a-z0-9]){0,119}")] public string? TrialComponentName { get; init; }
    [Required, Length(1, 10)] public IReadOnlyList<RawMetricData>? MetricData { get; init; }
}

internal sealed record RawMetricData
{
    [Required, Length(1, 255), Pattern(".+")] public string? MetricName { get; init; }
    [Required] public DateTimeOffset? Timestamp { get; init; }
    [Range(0)] public int? Step { get; init; }
    [Required] public double? Value { get; init; }
}

internal sealed record BatchPutMetricsResponse;

/// <summary>The metrics ingestion service of SageMaker's experiments (REST with JSON).</summary>
internal sealed class SageMakerMetricsService(ResourceTable<CreateTrialComponentRequest> components, TrialMetrics metrics) : IAwsService
{
    private const string Put = "BatchPutMetrics", Get = "BatchGetMetrics", ContentType = "application/json";

    private static readonly JsonTypeInfo<BatchPutMetricsRequest> RequestType = SageMakerJson.Of<BatchPutMetricsRequest>();

    public string Name => "SageMaker Metrics";

    public IReadOnlyList<OperationSupport> Support => [new(Get, SupportLevel.Unsupported), new(Put, SupportLevel.Real)];

    public bool Matches(AwsRequest request) => request.Scope?.Service == "sagemaker" && request.Http.Request.Path.Value is "/" + Put or "/" + Get;

    public async Task HandleAsync(AwsRequest request)
    {
        if (await PutAsync(request) is { } error) await RefuseAsync(request, error);
        else await AwsJson.WriteAsync(request.Http.Response, ContentType, new BatchPutMetricsResponse(), SageMakerJson.Of<BatchPutMetricsResponse>());
    }

    public Task RefuseAsync(AwsRequest request, AwsError error) => AwsJson.WriteErrorAsync(request.Http.Response, ContentType, error);

    private async Task<AwsError?> PutAsync(AwsRequest request)
    {
        if (!HttpMethods.IsPut(request.Http.Request.Method) || request.Http.Request.Path != "/" + Put) return new("UnknownOperationException", $"Unknown operation: {request.Http.Request.Method} {request.Http.Request.Path}", 404);
        if (!(await request.ReadBodyAsync()).TryGet(out var body, out var tooLarge)) return new("RequestEntityTooLarge", tooLarge.Message, 413);
        BatchPutMetricsRequest? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(body.Span, RequestType);
        }
        catch (JsonException e)
        {
            return new("SerializationException", e.Message);
        }
        if (parsed is null) return new("SerializationException", "The request is null.");
        if (WireValidator.Check(parsed) is { Count: > 0 } faults) return AwsError.Validation(WireValidator.Message(faults));
        var ct = request.Http.RequestAborted;
        if (await components.GetAsync(request.Caller, parsed.TrialComponentName!, ct) is not { } component) return SageMakerErrors.NotFound($"TrialComponent '{parsed.TrialComponentName}' does not exist.");
        await metrics.AddAsync(component.Arn, [.. parsed.MetricData!.Select(m => (m.MetricName!, m.Value!.Value, m.Timestamp!.Value))], ct);
        return null;
    }
}
