using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>Endpoints over the engine's.</summary>
internal sealed class EndpointOperations(
    ResourceTable<CreateEndpointInput> table, ResourceTable<CreateEndpointConfigInput> configs, EndpointPlanner planner, HostedModels models, ResourceTags tags, IEndpoints endpoints)
    : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateEndpointInput, CreateEndpointOutput>("CreateEndpoint", CreateAsync);
        service.Add<DescribeEndpointInput, DescribeEndpointOutput>("DescribeEndpoint", DescribeAsync);
        service.Add<ListEndpointsInput, ListEndpointsOutput>("ListEndpoints", ListAsync);
        service.Add<UpdateEndpointInput, UpdateEndpointOutput>("UpdateEndpoint", UpdateAsync);
        service.Add<UpdateEndpointWeightsAndCapacitiesInput, UpdateEndpointWeightsAndCapacitiesOutput>("UpdateEndpointWeightsAndCapacities", SetWeightsAsync);
        service.Add<DeleteEndpointInput>("DeleteEndpoint", DeleteAsync);
    }

    private async Task<AwsResult<CreateEndpointOutput>> CreateAsync(CreateEndpointInput request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.EndpointName!;
        if (DeploymentTerms.Refusal(request.DeploymentConfig) is { } refusal) return refusal;
        if (!(await planner.PlanAsync(caller, name, request.EndpointConfigName!, ResourceTags.ToMap(request.Tags), ct)).TryGet(out var spec, out var failure)) return failure;
        using var held = await table.LockAsync(caller, name, ct);
        if (await table.GetAsync(caller, name, ct) is { } old)
        {
            if ((await endpoints.GetAsync(old.EngineId, ct)).IsOk) return Exists(caller, name);
            await table.DeleteAsync(caller, name, ct);
        }
        var created = await table.CreateAsync(caller, name, request, request.Tags, ct);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
        if ((await endpoints.CreateAsync(spec, ct)).TryGet(out _, out error)) return new CreateEndpointOutput { EndpointArn = stored.Arn };
        if (error.Code == ErrorCode.AlreadyExists) return Exists(caller, name);
        await table.DeleteAsync(caller, name, ct);
        return error;
    }

    private async Task<AwsResult<DescribeEndpointOutput>> DescribeAsync(DescribeEndpointInput request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.EndpointName!, ct) is not var (stored, info)) return Missing(caller, request.EndpointName!);
        var config = info.Spec.Configuration is { } name ? (await configs.GetAsync(caller, name, ct))?.Request : null;
        var images = new Dictionary<string, string>();
        foreach (var variant in info.Spec.Variants.Concat(info.Spec.Shadows))
        {
            if (await models.ImageAsync(caller, variant.Model.Name, ct) is { } image) images[variant.Name] = image;
        }
        return EndpointView.Describe(stored, info, config, images);
    }

    private async Task<AwsResult<ListEndpointsOutput>> ListAsync(ListEndpointsInput request, AwsCaller caller, CancellationToken ct)
    {
        var live = (await endpoints.ListAsync(SageMakerIds.Engine(caller, ""), ct)).ToDictionary(e => e.Spec.Id);
        var items = (await table.ListAsync(caller, ct)).Where(s => live.ContainsKey(s.EngineId)).Select(s => EndpointView.Summary(s, live[s.EngineId]));
        var page = Listing.Of(request).Cut(items, s => new(s.EndpointName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.EndpointStatus));
        return page.TryGet(out var cut, out var failure) ? new ListEndpointsOutput { Endpoints = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<UpdateEndpointOutput>> UpdateAsync(UpdateEndpointInput request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.EndpointName!;
        if (await FindAsync(caller, name, ct) is not var (stored, info)) return Missing(caller, name);
        if (DeploymentTerms.Refusal(request.DeploymentConfig) is { } refusal) return refusal;
        if (info.State is not (EndpointState.InService or EndpointState.Failed)) return InProgress(stored.Arn);
        if (!(await planner.PlanAsync(caller, name, request.EndpointConfigName!, await tags.MapAsync(stored.Arn, ct), ct)).TryGet(out var spec, out var failure)) return failure;
        var keep = request.RetainAllVariantProperties == true;
        if (keep && request.ExcludeRetainedVariantProperties is { Count: > 0 } excluded && excluded.Any(p => p.VariantPropertyType != "DataCaptureConfig"))
            return SageMakerErrors.Invalid("ExcludeRetainedVariantProperties is supported here for DataCaptureConfig only.");
        var updated = await endpoints.UpdateAsync(spec, keep, ct);
        if (!updated.TryGet(out _, out var error)) return error.Code == ErrorCode.FailedPrecondition ? InProgress(stored.Arn) : error;
        var changed = await table.ChangeAsync(caller, name, s => s with
        {
            Request = s.Request with { EndpointConfigName = request.EndpointConfigName, DeploymentConfig = request.DeploymentConfig ?? (request.RetainDeploymentConfig == true ? s.Request.DeploymentConfig : null) },
        }, ct);
        return changed.TryGet(out _, out error) ? new UpdateEndpointOutput { EndpointArn = stored.Arn } : error;
    }

    private async Task<AwsResult<UpdateEndpointWeightsAndCapacitiesOutput>> SetWeightsAsync(UpdateEndpointWeightsAndCapacitiesInput request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.EndpointName!, ct) is not var (stored, info)) return Missing(caller, request.EndpointName!);
        if (info.State != EndpointState.InService) return InProgress(stored.Arn);
        var wanted = request.DesiredWeightsAndCapacities!;
        if (wanted.FirstOrDefault(w => info.Variants.All(v => v.Name != w.VariantName)) is { } unknown)
            return SageMakerErrors.Invalid($"Could not find production variant \"{unknown.VariantName}\" of endpoint \"{stored.Arn}\".");
        foreach (var change in wanted)
        {
            var variant = info.Variants.First(v => v.Name == change.VariantName);
            if (InstanceQuota.Exceeded("endpoint", info.Spec.Variants.FirstOrDefault(v => v.Name == variant.Name)?.InstanceType, change.DesiredInstanceCount ?? 0, variant.DesiredCount) is { } exceeded) return exceeded;
        }
        var changes = wanted.Select(w => new VariantChange(w.VariantName!, w.DesiredWeight, w.DesiredInstanceCount)).ToList();
        var changed = await endpoints.SetWeightsAndCapacitiesAsync(stored.EngineId, changes, ct);
        if (changed.TryGet(out _, out var error)) return new UpdateEndpointWeightsAndCapacitiesOutput { EndpointArn = stored.Arn };
        return error.Code == ErrorCode.FailedPrecondition ? InProgress(stored.Arn) : error;
    }

    private async Task<AwsResult<NoReply>> DeleteAsync(DeleteEndpointInput request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.EndpointName!;
        if (await FindAsync(caller, name, ct) is not var (stored, info)) return Missing(caller, name);
        if (info.State is EndpointState.Updating or EndpointState.RollingBack) return InProgress(stored.Arn);
        if (!(await endpoints.DeleteAsync(stored.EngineId, ct)).TryGet(out _, out var error) && error.Code != ErrorCode.NotFound) return error;
        await table.DeleteAsync(caller, name, ct);
        return NoReply.Value;
    }

    private async Task<(Stored<CreateEndpointInput> Stored, EndpointInfo Info)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await endpoints.GetAsync(stored.EngineId, ct)).TryGet(out var info, out _) ? (stored, info) : null;

    private AwsError Missing(AwsCaller caller, string name) => SageMakerErrors.CouldNotFind("endpoint", table.Arn(caller, name));

    private AwsError Exists(AwsCaller caller, string name) => SageMakerErrors.AlreadyExisting("endpoint", table.Arn(caller, name));

    private static AwsError InProgress(string arn) => SageMakerErrors.Invalid($"Cannot update in-progress endpoint \"{arn}\".");
}
