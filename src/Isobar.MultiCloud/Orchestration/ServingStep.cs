using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Takes a model's service in one cloud one step on, and finds and mends what has drifted from what it should be.</summary>
internal sealed class ServingStep(IClouds clouds, IControlStore store, Placing placing, Allowances allowances, Deliveries deliveries, Scaler scaler, Versions versions, Events events, ControlPlaneOptions options, TimeProvider time)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, (ServingStanding Of, Task<ServingStanding?> Step)> _turns = new();

    /// <summary>All clouds, at the same time: one that is slow holds up no other.</summary>
    public async Task<IReadOnlyList<ServingStanding>> AdvanceAsync(Project project, string model, ModelWish? wish, ModelStanding standing, CancellationToken ct)
    {
        var wanted = wish?.Service?.Clouds ?? [];
        var known = standing.Serving ?? [];
        if (standing.Production is not { } production) wanted = [];
        else foreach (var cloud in wanted.Where(c => !known.Any(s => s.Cloud == c)))
                known = [.. known, new ServingStanding(cloud, Names.Endpoint(project.Manifest.Name, model), production, null, 0, Phase.Planned, time.GetUtcNow(), default)];
        var next = await Task.WhenAll(known.Select(s => TurnAsync(s, () => wanted.Contains(s.Cloud) ? OneAsync(project, model, wish!, s, standing.Production!.Value, ct) : RemoveAsync(project, model, s, ct), ct))).ConfigureAwait(false);
        return [.. next.OfType<ServingStanding>()];
    }

    // A cloud that takes long is left at it, and asked for what came of it at the next step; the others go on meanwhile.
    private async Task<ServingStanding?> TurnAsync(ServingStanding s, Func<Task<ServingStanding?>> step, CancellationToken ct)
    {
        var key = $"{s.Endpoint}/{s.Cloud}";
        var turn = _turns.GetOrAdd(key, _ => (s, step()));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(turn.Step, Task.Delay(Patience, time, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        if (!turn.Step.IsCompleted) return s;
        _turns.TryRemove(key, out _);
        var next = await turn.Step.ConfigureAwait(false);
        // What was found of a standing that has changed since is of no use.
        return turn.Of == s ? next : s;
    }

    /// <summary>One endpoint, one step on.</summary>
    public async Task<ServingStanding?> OneAsync(Project project, string model, ModelWish wish, ServingStanding s, int version, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (clouds.Find(s.Cloud) is not { } cloud) return s with { Phase = Phase.Failed, Reason = $"There is no cloud {s.Cloud}." };
        var instances = scaler.Wanted(Names.Endpoint(project.Manifest.Name, model), wish.Service!, s);
        if (s.Phase == Phase.Done && s.Instances != 0 && s.Instances != instances) await events.AddAsync("service", project.Manifest.Name, model, s.Cloud, $"{s.Endpoint} in {s.Cloud} goes from {s.Instances} to {instances} instances.", ct).ConfigureAwait(false);
        // A change of what is wanted; the machine type is chosen anew with it.
        if (s.Version != version || s.Instances != 0 && (s.Instances != instances || s.Needs != Names.Needs(wish.Service!))) s = s with { Version = version, Phase = Phase.Planned, Since = now, Reason = null };
        return s.Phase switch
        {
            Phase.Planned when s.Reason is null || now - s.Checked >= TryAgain => await DeployAsync(project, model, wish, s with { Instances = instances, Needs = Names.Needs(wish.Service!) }, cloud, ct).ConfigureAwait(false),
            Phase.Running => await WatchAsync(project, model, s, cloud, ct).ConfigureAwait(false),
            Phase.Done when now - s.Checked >= options.DriftEvery => await CheckAsync(project, model, s, cloud, ct).ConfigureAwait(false),
            Phase.Failed when now - s.Checked >= options.BlockFor => s with { Phase = Phase.Planned, Reason = null },
            _ => s,
        };
    }

    // 1. the machine; 2. the model, checked; 3. registered; 4. deployed. Each may be done again.
    private async Task<ServingStanding> DeployAsync(Project project, string model, ModelWish wish, ServingStanding s, CloudEntry cloud, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        // 1.
        if (!placing.Place(project.Manifest, model, wish, new(await allowances.LeftAsync(project.Manifest, model, ct).ConfigureAwait(false))).TryGet(out var plan, out var error)) return Waits(error);
        var sku = Placing.Service(plan, cloud.Name)!.Offer.Sku;
        // 2.
        if (!(await versions.GetAsync(project.Manifest.Name, model, s.Version, ct).ConfigureAwait(false)).TryGet(out var version, out error)) return Waits(error);
        if (!(await deliveries.ModelAsync(cloud, version, ct).ConfigureAwait(false)).TryGet(out var at, out error)) return error.Code == ErrorCode.DataLoss ? s with { Phase = Phase.Failed, Reason = error.Message, Checked = now } : Waits(error);
        // 3.
        var name = Names.Model(project.Manifest.Name, model, s.Version);
        var registered = await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Models.RegisterAsync(new ModelOrder(name, at) { Algorithm = version.Algorithm == CodeWords.Name ? null : version.Algorithm }, c), ct).ConfigureAwait(false);
        if (registered.Error is { Code: not ErrorCode.AlreadyExists } unregistered) return Waits(unregistered);
        // 4.
        var (kept, percent) = DriftWatch.Capture(wish.Service!, deliveries.Bucket(project.Manifest.Name), model);
        var order = new EndpointOrder(s.Endpoint, [new VariantOrder(Names.Variant(s.Version), name) { InstanceType = sku, Instances = s.Instances }]) { CaptureTo = kept, CapturePercentage = percent };
        if ((await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Serving.DeployAsync(order, c), ct).ConfigureAwait(false)).Error is { } undeployed) return Waits(undeployed);
        return s with { Phase = Phase.Running, Sku = sku, Since = now, Checked = now, Reason = null };

        ServingStanding Waits(Error because) => s with { Phase = Calls.IsOfThePlace(because) || because.Code is ErrorCode.FailedPrecondition or ErrorCode.Aborted or ErrorCode.NotFound ? Phase.Planned : Phase.Failed, Reason = because.Message, Checked = now };
    }

    private async Task<ServingStanding> WatchAsync(Project project, string model, ServingStanding s, CloudEntry cloud, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (!(await ReadAsync(cloud, s, ct).ConfigureAwait(false)).TryGet(out var endpoint, out var error))
            return error.Code == ErrorCode.NotFound ? s with { Phase = Phase.Planned, Reason = error.Message, Checked = now } : s with { Reason = error.Message, Checked = now };
        if (endpoint.State == DeploymentState.Failed) return s with { Phase = Phase.Failed, Reason = endpoint.Reason ?? "The endpoint failed.", Checked = now };
        if (endpoint.State != DeploymentState.InService || !Serves(endpoint, s)) return s;
        await events.AddAsync("service", project.Manifest.Name, model, s.Cloud, $"Version {s.Version} answers in {s.Cloud}{(s.Endpoint == Names.Endpoint(project.Manifest.Name, model) ? "" : ", on trial")}.", ct).ConfigureAwait(false);
        return s with { Phase = Phase.Done, Checked = now, Reason = null };
    }

    private async Task<ServingStanding> CheckAsync(Project project, string model, ServingStanding s, CloudEntry cloud, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var read = await ReadAsync(cloud, s, ct).ConfigureAwait(false);
        string? drift = null;
        if (read.TryGet(out var endpoint, out var error))
        {
            if (endpoint.State is DeploymentState.Failed or DeploymentState.Deleting) drift = $"it is {endpoint.State}";
            else if (endpoint.State == DeploymentState.InService && !Serves(endpoint, s)) drift = $"it serves {string.Join(", ", endpoint.Variants.Select(v => $"{v.Name} ({v.Instances})"))} in place of {Names.Variant(s.Version)} ({s.Instances})";
        }
        else if (error.Code == ErrorCode.NotFound) drift = "it is gone";
        else return s with { Checked = now, Reason = error.Message };
        if (drift is null) return s with { Checked = now, Reason = null };
        return await ToldAsync(project, model, s with { Phase = Phase.Planned, Since = now, Checked = default, Reason = null, Mended = s.Mended + 1 }, "drift", $"The endpoint {s.Endpoint} in {s.Cloud} is not as the manifest wants it: {drift}. It is mended.", ct).ConfigureAwait(false);
    }

    // Written down before it is told: whoever hears of a drift and asks must not read that all is as it should be.
    private async Task<ServingStanding> ToldAsync(Project project, string model, ServingStanding s, string kind, string message, CancellationToken ct)
    {
        await store.ChangeAsync(Kinds.Models, Names.Standing(project.Manifest.Name, model), m => m.Trial?.Serving.Endpoint == s.Endpoint ? m with { Trial = m.Trial with { Serving = s } } : m with { Serving = [.. (m.Serving ?? []).Select(o => o.Cloud == s.Cloud ? s : o)] }, ct).ConfigureAwait(false);
        await events.AddAsync(kind, project.Manifest.Name, model, s.Cloud, message, ct).ConfigureAwait(false);
        return s;
    }

    /// <summary>Takes an endpoint down; null once it is gone.</summary>
    public async Task<ServingStanding?> RemoveAsync(Project project, string model, ServingStanding s, CancellationToken ct)
    {
        if (clouds.Find(s.Cloud) is not { } cloud) return null;
        var gone = await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Serving.DeleteAsync(s.Endpoint, c), ct).ConfigureAwait(false);
        if (gone.Error is { Code: not ErrorCode.NotFound } error) return s with { Reason = $"It is to go: {error.Message}", Checked = time.GetUtcNow() };
        await events.AddAsync("service", project.Manifest.Name, model, s.Cloud, $"The endpoint {s.Endpoint} was taken down in {s.Cloud}.", ct).ConfigureAwait(false);
        return null;
    }

    private Task<Result<DeployedEndpoint>> ReadAsync(CloudEntry cloud, ServingStanding s, CancellationToken ct) => Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Serving.GetAsync(s.Endpoint, c), ct);

    // Instances are compared where the cloud tells them: it may be on its way to them.
    private static bool Serves(DeployedEndpoint endpoint, ServingStanding s) => endpoint.Variants.Count == 1 && endpoint.Variants[0].Name == Names.Variant(s.Version) && (endpoint.Variants[0].Instances == 0 || endpoint.Variants[0].Instances == s.Instances);
}
