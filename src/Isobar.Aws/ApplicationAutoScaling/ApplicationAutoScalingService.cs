using Isobar.Aws.CloudWatch;
using Isobar.Aws.Protocols;
using Isobar.Engine.Serving;

namespace Isobar.Aws.ApplicationAutoScaling;

/// <summary>Application Auto Scaling, 2016-02-06, of SageMaker's variants.</summary>
internal sealed class ApplicationAutoScalingService : AwsRpcService
{
    private readonly ScalingStore _store;
    private readonly IEndpoints _endpoints;
    private readonly TimeProvider _time;

    public ApplicationAutoScalingService(ScalingStore store, IEndpoints endpoints, TimeProvider time)
        : base("Application Auto Scaling", new RpcIdentity { TargetPrefix = "AnyScaleFrontendService", SigningNames = ["application-autoscaling"] })
    {
        (_store, _endpoints, _time) = (store, endpoints, time);
        var json = ReflectedJson.Pascal;
        Operation("RegisterScalableTarget", json.Of<RegisterScalableTargetRequest>(), json.Of<RegisterScalableTargetResponse>(), RegisterAsync, note: "SageMaker variants");
        Operation("DescribeScalableTargets", json.Of<DescribeScalableTargetsRequest>(), json.Of<DescribeScalableTargetsResponse>(), async (r, c, ct) =>
            new DescribeScalableTargetsResponse([.. (await _store.TargetsAsync(ScalingStore.PlaceOf(c), ct)).Select(t => t.Target).Where(t => t.ServiceNamespace == r.ServiceNamespace && (r.ResourceIds is not { Count: > 0 } ids || ids.Contains(t.ResourceId)))]));
        Operation("DeregisterScalableTarget", json.Of<TargetRequest>(), json.Of<Nothing>(), async (r, c, ct) =>
            await _store.DeleteTargetAsync(ScalingStore.PlaceOf(c), r.ResourceId!, ct) ? new Nothing() : NotFound("scalable target", r.ServiceNamespace, r.ResourceId, r.ScalableDimension));
        Operation("PutScalingPolicy", json.Of<PutScalingPolicyRequest>(), json.Of<PutScalingPolicyResponse>(), PutPolicyAsync, note: "target tracking and step");
        Operation("DescribeScalingPolicies", json.Of<DescribeScalingPoliciesRequest>(), json.Of<DescribeScalingPoliciesResponse>(), async (r, c, ct) =>
            new DescribeScalingPoliciesResponse([.. (await _store.PoliciesAsync(ScalingStore.PlaceOf(c), r.ResourceId, ct)).Where(p => p.ServiceNamespace == r.ServiceNamespace && (r.PolicyNames is not { Count: > 0 } names || names.Contains(p.PolicyName)))]));
        Operation("DeleteScalingPolicy", json.Of<TargetRequest>(), json.Of<Nothing>(), async (r, c, ct) =>
            await _store.DeletePolicyAsync(ScalingStore.PlaceOf(c), r.ResourceId!, r.PolicyName ?? "", ct) ? new Nothing() : NotFound("scaling policy", r.ServiceNamespace, r.ResourceId, r.ScalableDimension));
        Operation("DescribeScalingActivities", json.Of<DescribeScalingActivitiesRequest>(), json.Of<DescribeScalingActivitiesResponse>(), async (r, c, ct) =>
            new DescribeScalingActivitiesResponse([.. (await _store.ActivitiesAsync(ScalingStore.PlaceOf(c), r.ResourceId, ct)).Where(a => a.ServiceNamespace == r.ServiceNamespace).Take(r.MaxResults ?? 50)]));
    }

    protected override string MessageField(AwsError error) => "Message";

    private async Task<AwsResult<RegisterScalableTargetResponse>> RegisterAsync(RegisterScalableTargetRequest request, AwsCaller caller, CancellationToken ct)
    {
        var place = ScalingStore.PlaceOf(caller);
        if (Fault(request.ServiceNamespace!, request.ScalableDimension!, place, request.ResourceId!) is { } fault) return fault;
        var variant = Variant.Of(place, request.ResourceId!)!;
        var endpoint = await _endpoints.GetAsync(variant.EndpointId, ct);
        if (!endpoint.TryGet(out var info, out _) || info.Variants.All(v => v.Name != variant.Name)) return AwsError.Validation("SageMaker variant does not exist: " + request.ResourceId);
        var old = await _store.TargetAsync(place, request.ResourceId!, ct);
        if ((request.MinCapacity ?? old?.MinCapacity) is not { } min || (request.MaxCapacity ?? old?.MaxCapacity) is not { } max) return AwsError.Validation("MinCapacity and MaxCapacity are required to register a new scalable target.");
        if (min < 0 || min > max) return AwsError.Validation($"Maximum capacity cannot be less than minimum capacity, nor the minimum below 0: {min} to {max}.");
        var target = new ScalableTarget
        {
            ServiceNamespace = Variant.Namespace, ResourceId = request.ResourceId!, ScalableDimension = Variant.Dimension, MinCapacity = min, MaxCapacity = max,
            RoleARN = request.RoleARN ?? old?.RoleARN ?? $"arn:aws:iam::{caller.Account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
            CreationTime = old?.CreationTime ?? _time.GetUtcNow(),
            SuspendedState = request.SuspendedState ?? old?.SuspendedState ?? new SuspendedState { DynamicScalingInSuspended = false, DynamicScalingOutSuspended = false, ScheduledScalingSuspended = false },
            ScalableTargetARN = old?.ScalableTargetARN ?? Arn.Of(caller, "application-autoscaling", $"scalable-target/{Guid.NewGuid():n}").ToString(),
        };
        await _store.PutAsync(place, target, ct);
        return new RegisterScalableTargetResponse(target.ScalableTargetARN);
    }

    private async Task<AwsResult<PutScalingPolicyResponse>> PutPolicyAsync(PutScalingPolicyRequest request, AwsCaller caller, CancellationToken ct)
    {
        var place = ScalingStore.PlaceOf(caller);
        if (Fault(request.ServiceNamespace!, request.ScalableDimension!, place, request.ResourceId!) is { } fault) return fault;
        if (await _store.TargetAsync(place, request.ResourceId!, ct) is null) return NotFound("scalable target", request.ServiceNamespace, request.ResourceId, request.ScalableDimension);
        var old = (await _store.PoliciesAsync(place, request.ResourceId, ct)).FirstOrDefault(p => p.PolicyName == request.PolicyName);
        var type = request.PolicyType ?? old?.PolicyType ?? "StepScaling";
        if (type is not ("StepScaling" or "TargetTrackingScaling")) return AwsError.Validation($"The policy type {type} is not supported here; StepScaling and TargetTrackingScaling are.");
        if (type == "StepScaling" ? request.StepScalingPolicyConfiguration is null : request.TargetTrackingScalingPolicyConfiguration is null) return AwsError.Validation($"{type}PolicyConfiguration is required for a policy of type {type}.");
        if (type == "TargetTrackingScaling" && MetricFault(request.TargetTrackingScalingPolicyConfiguration!) is { } unknown) return AwsError.Validation(unknown);
        var policy = new ScalingPolicy
        {
            PolicyARN = old?.PolicyARN ?? Arn.Of(caller, "autoscaling", $"scalingPolicy:{Guid.NewGuid()}:resource/sagemaker/{request.ResourceId}:policyName/{request.PolicyName}").ToString(),
            PolicyName = request.PolicyName!, ServiceNamespace = Variant.Namespace, ResourceId = request.ResourceId!, ScalableDimension = Variant.Dimension, PolicyType = type,
            StepScalingPolicyConfiguration = type == "StepScaling" ? request.StepScalingPolicyConfiguration : null,
            TargetTrackingScalingPolicyConfiguration = type == "StepScaling" ? null : request.TargetTrackingScalingPolicyConfiguration,
            CreationTime = old?.CreationTime ?? _time.GetUtcNow(),
        };
        await _store.PutAsync(place, policy, ct);
        return new PutScalingPolicyResponse(policy.PolicyARN, policy.Alarms);
    }

    private static AwsError? Fault(string serviceNamespace, string dimension, string place, string resource) =>
        serviceNamespace != Variant.Namespace ? AwsError.Validation($"The service namespace {serviceNamespace} is not supported here; sagemaker is.")
        : dimension != Variant.Dimension ? AwsError.Validation($"Unsupported scalable dimension {dimension} for service namespace sagemaker; {Variant.Dimension} is.")
        : Variant.Of(place, resource) is null ? AwsError.Validation($"Unsupported resource id {resource}: endpoint/NAME/variant/NAME is expected.")
        : null;

    private static string? MetricFault(TargetTrackingScalingPolicyConfiguration tracking) => tracking switch
    {
        { PredefinedMetricSpecification: { } predefined, CustomizedMetricSpecification: null } =>
            predefined.PredefinedMetricType == "SageMakerVariantInvocationsPerInstance" ? null : $"The predefined metric {predefined.PredefinedMetricType} is not supported for sagemaker here; SageMakerVariantInvocationsPerInstance is.",
        { PredefinedMetricSpecification: null, CustomizedMetricSpecification: { Namespace: not null, MetricName: not null } } => null,
        _ => "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification (with Namespace and MetricName) must be specified.",
    };

    private static AwsError NotFound(string what, string? serviceNamespace, string? resource, string? dimension) =>
        new("ObjectNotFoundException", $"No {what} found for service namespace: {serviceNamespace}, resource ID: {resource}, scalable dimension: {dimension}");
}
