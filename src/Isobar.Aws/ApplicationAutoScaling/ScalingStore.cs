using Isobar.Aws.Protocols;
using Isobar.Engine.State;

namespace Isobar.Aws.ApplicationAutoScaling;

/// <summary>A variant of an endpoint that may be scaled.</summary>
/// <param name="Place">Account and region.</param>
internal sealed record Variant(string Place, string Endpoint, string Name)
{
    public const string Namespace = "sagemaker", Dimension = "sagemaker:variant:DesiredInstanceCount";

    public string ResourceId => $"endpoint/{Endpoint}/variant/{Name}";

    /// <summary>The engine's id of the endpoint.</summary>
    public string EndpointId => $"aws/{Place}/{Endpoint}";

    public static Variant? Of(string place, string resourceId) =>
        resourceId.Split('/') is ["endpoint", { Length: > 0 } endpoint, "variant", { Length: > 0 } name] ? new Variant(place, endpoint, name) : null;
}

/// <summary>Targets, policies and activities, durable, by account, region and resource.</summary>
internal sealed class ScalingStore(IStateStore state)
{
    private static readonly Collection<ScalableTarget> Targets = new("aws.autoscaling.targets", ReflectedJson.Pascal.Of<ScalableTarget>());
    private static readonly Collection<ScalingPolicy> Policies = new("aws.autoscaling.policies", ReflectedJson.Pascal.Of<ScalingPolicy>());
    private static readonly Collection<ScalingActivity> Activities = new("aws.autoscaling.activities", ReflectedJson.Pascal.Of<ScalingActivity>());
    private const int KeptActivities = 200;

    public static string PlaceOf(AwsCaller caller) => $"{caller.Account}/{caller.Region}";

    public Task PutAsync(string place, ScalableTarget target, CancellationToken ct) => state.PutAsync(Targets, $"{place}/{target.ResourceId}", target, ct);

    public async Task<ScalableTarget?> TargetAsync(string place, string resource, CancellationToken ct) => (await state.GetAsync(Targets, $"{place}/{resource}", ct))?.Value;

    /// <summary>All targets with their place; of one place if given.</summary>
    public async Task<IReadOnlyList<(string Place, ScalableTarget Target)>> TargetsAsync(string? place, CancellationToken ct) =>
        [.. (await state.ListAsync(Targets, place is null ? "" : place + "/", ct)).Select(d => (string.Join('/', d.Id.Split('/')[..2]), d.Value))];

    public async Task<bool> DeleteTargetAsync(string place, string resource, CancellationToken ct)
    {
        foreach (var policy in await PoliciesAsync(place, resource, ct)) await DeletePolicyAsync(place, resource, policy.PolicyName, ct);
        return await state.DeleteAsync(Targets, $"{place}/{resource}", ct);
    }

    public Task PutAsync(string place, ScalingPolicy policy, CancellationToken ct) => state.PutAsync(Policies, $"{place}/{policy.ResourceId}/{policy.PolicyName}", policy, ct);

    public async Task<IReadOnlyList<ScalingPolicy>> PoliciesAsync(string place, string? resource, CancellationToken ct) =>
        [.. (await state.ListAsync(Policies, $"{place}/" + (resource is null ? "" : resource + "/"), ct)).Select(d => d.Value)];

    public async Task<(string Place, ScalingPolicy Policy)?> PolicyAsync(string arn, CancellationToken ct) =>
        (await state.ListAsync(Policies, "", ct)).FirstOrDefault(d => d.Value.PolicyARN == arn) is { } found ? (string.Join('/', found.Id.Split('/')[..2]), found.Value) : null;

    public Task<bool> DeletePolicyAsync(string place, string resource, string name, CancellationToken ct) => state.DeleteAsync(Policies, $"{place}/{resource}/{name}", ct);

    public async Task AddAsync(string place, ScalingActivity activity, CancellationToken ct)
    {
        await state.PutAsync(Activities, $"{place}/{activity.ResourceId}/{activity.StartTime.UtcTicks:D20}", activity, ct);
        var all = await state.ListAsync(Activities, $"{place}/{activity.ResourceId}/", ct);
        foreach (var old in all.Take(Math.Max(0, all.Count - KeptActivities))) await state.DeleteAsync(Activities, old.Id, ct);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ScalingActivity>> ActivitiesAsync(string place, string? resource, CancellationToken ct) =>
        [.. (await state.ListAsync(Activities, $"{place}/" + (resource is null ? "" : resource + "/"), ct)).Select(d => d.Value).OrderByDescending(a => a.StartTime)];
}
