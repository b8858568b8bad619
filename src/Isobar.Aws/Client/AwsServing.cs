using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>SageMaker endpoints. Each deployment makes a configuration of its own, which the next one leaves behind and removes.</summary>
internal sealed class AwsServing(SageMakerCalls calls, AwsTransport transport, AwsLogs logs) : IServing
{
    public async Task<Result<DeployedEndpoint>> DeployAsync(EndpointOrder order, CancellationToken ct = default)
    {
        var existing = await DescribeAsync(order.Name, ct);
        if (existing.Error is { Code: not ErrorCode.NotFound } broken) return broken;
        var config = $"{order.Name[..Math.Min(order.Name.Length, 50)]}-{Guid.NewGuid().ToString("n")[..12]}";
        var made = await calls.CallAsync<CreateEndpointConfigInput, CreateEndpointConfigOutput>("CreateEndpointConfig", Configuration(order, config), ct);
        if (!made.TryGet(out _, out var error)) return error;
        var changed = existing.IsOk
            ? (await calls.CallAsync<UpdateEndpointInput, UpdateEndpointOutput>("UpdateEndpoint", new() { EndpointName = order.Name, EndpointConfigName = config }, ct)).Map(_ => Done.Value)
            : (await calls.CallAsync<CreateEndpointInput, CreateEndpointOutput>("CreateEndpoint", new() { EndpointName = order.Name, EndpointConfigName = config }, ct)).Map(_ => Done.Value);
        if (!changed.TryGet(out _, out error))
        {
            await DropAsync(config, ct);
            return error;
        }
        if (existing.IsOk && existing.Value.EndpointConfigName is { } old) await DropAsync(old, ct);
        return await GetAsync(order.Name, ct);
    }

    public async Task<Result<DeployedEndpoint>> GetAsync(string name, CancellationToken ct = default) => (await DescribeAsync(name, ct)).Map(e => new DeployedEndpoint(
        e.EndpointName!, State(e.EndpointStatus), e.FailureReason, e.CreationTime ?? default,
        [.. (e.ProductionVariants ?? []).Select(v => new DeployedVariant(v.VariantName!, v.CurrentWeight ?? v.DesiredWeight ?? 0, v.CurrentInstanceCount ?? 0))]));

    public async Task<Result<IReadOnlyList<DeployedEndpoint>>> ListAsync(CancellationToken ct = default)
    {
        var all = new List<DeployedEndpoint>();
        string? next = null;
        do
        {
            var page = await calls.ReadAsync<ListEndpointsInput, ListEndpointsOutput>("ListEndpoints", new() { MaxResults = 100, NextToken = next, SortBy = "CreationTime", SortOrder = "Descending" }, ct);
            if (!page.TryGet(out var endpoints, out var error)) return error;
            all.AddRange(endpoints.Endpoints!.Select(e => new DeployedEndpoint(e.EndpointName!, State(e.EndpointStatus), null, e.CreationTime ?? default, [])));
            next = endpoints.NextToken;
        }
        while (next is not null);
        return all;
    }

    public Task<Result<Done>> SetWeightsAsync(string name, IReadOnlyDictionary<string, double> weights, CancellationToken ct = default) => calls.DoAsync("UpdateEndpointWeightsAndCapacities",
        new UpdateEndpointWeightsAndCapacitiesInput { EndpointName = name, DesiredWeightsAndCapacities = [.. weights.Select(w => new DesiredWeightAndCapacity { VariantName = w.Key, DesiredWeight = w.Value })] }, ct);

    public async Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default)
    {
        if (!(await DescribeAsync(name, ct)).TryGet(out var endpoint, out var error)) return error;
        var deleted = await calls.DoAsync("DeleteEndpoint", new DeleteEndpointInput { EndpointName = name }, ct);
        if (deleted.IsOk && endpoint.EndpointConfigName is { } config) await DropAsync(config, ct);
        return deleted;
    }

    public async Task<Result<EndpointLog>> LogAsync(string name, DateTimeOffset? since = null, int limit = 1000, CancellationToken ct = default)
    {
        var read = await logs.NewestAsync($"/aws/sagemaker/Endpoints/{name}", since, limit, ct);
        if (read.Error is not { Code: ErrorCode.NotFound }) return read;
        return (await DescribeAsync(name, ct)).Map(_ => new EndpointLog([], More: false));
    }

    public async Task<Result<PredictionReply>> PredictAsync(string name, PredictionRequest request, CancellationToken ct = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, transport.Address("runtime.sagemaker", $"/endpoints/{Uri.EscapeDataString(name)}/invocations")) { Content = new ReadOnlyMemoryContent(request.Body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        if (request.Accept is { } accept) message.Headers.TryAddWithoutValidation("Accept", accept);
        if (request.Variant is { } variant) message.Headers.TryAddWithoutValidation("X-Amzn-SageMaker-Target-Variant", variant);
        if (!(await transport.SendAsync(request.Once ? AwsClientRegistration.Once : AwsClientRegistration.Repeatable, "sagemaker", message, AwsTransport.Hash(request.Body.Span), ct)).TryGet(out var reply, out var error)) return error;
        using (reply)
            return new PredictionReply(await reply.Content.ReadAsByteArrayAsync(ct), reply.Content.Headers.ContentType?.ToString(), reply.Headers.TryGetValues("x-Amzn-Invoked-Production-Variant", out var values) ? values.First() : null);
    }

    private Task<Result<DescribeEndpointOutput>> DescribeAsync(string name, CancellationToken ct) => calls.ReadAsync<DescribeEndpointInput, DescribeEndpointOutput>("DescribeEndpoint", new() { EndpointName = name }, ct);

    // A configuration left behind does no harm, so a failure to remove it is none of the caller's.
    private Task DropAsync(string config, CancellationToken ct) => calls.DoAsync("DeleteEndpointConfig", new DeleteEndpointConfigInput { EndpointConfigName = config }, ct);

    private CreateEndpointConfigInput Configuration(EndpointOrder order, string name) => new()
    {
        EndpointConfigName = name,
        ProductionVariants = [.. order.Variants.Select(v => new ProductionVariant
        {
            VariantName = v.Name,
            ModelName = v.Model,
            InitialVariantWeight = v.Weight,
            InitialInstanceCount = v.Instances,
            InstanceType = v.InstanceType ?? calls.Options.InstanceType,
        })],
        DataCaptureConfig = order.CaptureTo is not { } capture ? null : new DataCaptureConfig
        {
            EnableCapture = true,
            InitialSamplingPercentage = (int)Math.Round(order.CapturePercentage),
            DestinationS3Uri = AwsTraining.Uri(capture),
            CaptureOptions = [new CaptureOption { CaptureMode = "Input" }, new CaptureOption { CaptureMode = "Output" }],
            CaptureContentTypeHeader = new CaptureContentTypeHeader { CsvContentTypes = ["text/csv"], JsonContentTypes = ["application/json"] },
        },
    };

    private static DeploymentState State(string? status) => status switch
    {
        "InService" => DeploymentState.InService,
        "Creating" => DeploymentState.Creating,
        "Updating" or "SystemUpdating" or "RollingBack" => DeploymentState.Updating,
        "Deleting" => DeploymentState.Deleting,
        _ => DeploymentState.Failed,
    };
}
