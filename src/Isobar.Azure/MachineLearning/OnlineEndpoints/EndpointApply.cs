using Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Hands an endpoint's deployments and traffic to the engine: each deployment is a variant, each mirrored one a shadow besides.</summary>
internal sealed class EndpointApply(IEndpoints engine, ArmStore store, DeploymentStates states)
{
    private const string Mirrored = "-mirror";

    /// <summary>Changes the variants. Completes when the engine has accepted; <paramref name="revision"/> names the change.</summary>
    public async Task ChangeAsync(MlWorkspace workspace, ArmResource endpoint, string revision, Func<IReadOnlyList<VariantSpec>, IEnumerable<VariantSpec>> change, CancellationToken ct)
    {
        var id = EndpointNames.Engine(endpoint.Path);
        var info = (await engine.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var found, out _) ? found : null;
        if (info?.State == EndpointState.Failed)
        {
            await engine.DeleteAsync(id, ct).ConfigureAwait(false);
            info = null;
        }
        var traffic = EndpointTraffic.Read(endpoint.Properties);
        VariantSpec[] variants = [.. change(info?.Spec.Variants ?? []).Select(v => v with { Weight = traffic.Live.GetValueOrDefault(v.Name) })];
        if (variants.Length == 0)
        {
            if (info is not null) Check(endpoint, (await engine.DeleteAsync(id, ct).ConfigureAwait(false)).Error);
            return;
        }
        var spec = new EndpointSpec
        {
            Id = id,
            Owner = "azure",
            Name = endpoint.Name,
            Region = workspace.Location,
            Configuration = revision,
            Variants = variants,
            // The engine itself keeps nothing; what the deployments want collected, their collector keeps.
            Capture = variants.Any(v => CollectionSettings.Of(v) is not null) ? new CaptureSpec(100, workspace.At("modelDataCollector/"), Input: false, Output: false) : null,
            Shadows = [.. variants.Where(v => traffic.Mirror.GetValueOrDefault(v.Name) > 0).Select(v => v with { Name = v.Name + Mirrored, Weight = traffic.Mirror[v.Name] })],
        };
        Check(endpoint, (info is null ? await engine.CreateAsync(spec, ct).ConfigureAwait(false) : await engine.UpdateAsync(spec, ct: ct).ConfigureAwait(false)).Error);
    }

    /// <summary>Takes a deployment out of service; completes when it is. One that never came into service has nothing to be taken out.</summary>
    public async Task RemoveAsync(MlWorkspace workspace, ArmResource endpoint, string name, CancellationToken ct)
    {
        var id = EndpointNames.Engine(endpoint.Path);
        if (!(await engine.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var info, out _) || info.State != EndpointState.Failed && !info.Spec.Variants.Any(v => Is(v, name))) return;
        await ChangeAsync(workspace, endpoint, Guid.NewGuid().ToString("N"), variants => variants.Where(v => !Is(v, name)), ct).ConfigureAwait(false);
        await engine.WaitAsync(id, ct).ConfigureAwait(false);
    }

    public static bool Is(VariantSpec variant, string deployment) => variant.Name.Equals(deployment, StringComparison.OrdinalIgnoreCase);

    /// <summary>Changes the traffic of what is deployed.</summary>
    public async Task ShareAsync(MlWorkspace workspace, ArmResource endpoint, CancellationToken ct)
    {
        if (!(await engine.GetAsync(EndpointNames.Engine(endpoint.Path), ct).ConfigureAwait(false)).TryGet(out var info, out _) || info.State == EndpointState.Failed) return;
        await CheckIdleAsync(endpoint, ct).ConfigureAwait(false);
        var traffic = EndpointTraffic.Read(endpoint.Properties);
        var mirrored = traffic.Mirror.Where(m => m.Value > 0).Select(m => (Name: m.Key + Mirrored, Weight: (double)m.Value)).Order();
        if (mirrored.SequenceEqual(info.Spec.Shadows.Select(s => (s.Name, s.Weight)).Order()))
            // Weights alone change at once, and nothing is loaded anew.
            Check(endpoint, (await engine.SetWeightsAndCapacitiesAsync(info.Spec.Id, [.. info.Spec.Variants.Select(v => new VariantChange(v.Name, traffic.Live.GetValueOrDefault(v.Name)))], ct).ConfigureAwait(false)).Error);
        else
            await ChangeAsync(workspace, endpoint, info.Spec.Configuration ?? "", variants => variants, ct).ConfigureAwait(false);
    }

    /// <summary>Refuses while a change is under way. What the change before has come to is written down here: the engine forgets it with the next.</summary>
    public async Task CheckIdleAsync(ArmResource endpoint, CancellationToken ct)
    {
        if ((await engine.GetAsync(EndpointNames.Engine(endpoint.Path), ct).ConfigureAwait(false)).TryGet(out var info, out _) && DeploymentStates.IsUnderWay(info)) throw ArmFault.Conflict($"The endpoint '{endpoint.Name}' is being changed; wait until its deployment is done.", endpoint.Id);
        foreach (var deployment in await store.ChildrenAsync(endpoint.Path, EndpointNames.Deployments, ct).ConfigureAwait(false)) await states.SettleAsync(deployment, ct).ConfigureAwait(false);
    }

    private static void Check(ArmResource endpoint, Error? error)
    {
        if (error is not null) throw ArmFault.Of(error, endpoint.Id);
    }
}
