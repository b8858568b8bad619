using System.Collections.Concurrent;
using System.Diagnostics;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Serving;

/// <summary>The endpoints of this machine.</summary>
internal sealed class Endpoints(IStateStore state, RunnerFactory runners, ObserverFeed observers, ShadowTraffic shadows, TimeProvider time) : IEndpoints, IHostedService, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, EndpointController> _controllers = new();
    // Read by every invocation, without a lock; written by changes of endpoints only.
    private readonly ConcurrentDictionary<string, EndpointRoute> _routes = new();

    /// <summary>Every variant that answers now, for the meter and the metrics.</summary>
    internal IEnumerable<Variant> LiveVariants => _controllers.Values.SelectMany(c => c.Live?.All ?? []);

    /// <summary>For tests.</summary>
    internal EndpointController? Controller(string id) => _controllers.GetValueOrDefault(id);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var document in await state.ListAsync(StoredEndpoint.Collection, "", cancellationToken).ConfigureAwait(false))
        {
            if (document.Value.Info.State == EndpointState.Deleting)
            {
                await state.DeleteAsync(StoredEndpoint.Collection, document.Id, cancellationToken).ConfigureAwait(false);
                continue;
            }
            var controller = Add(document.Id);
            if (document.Value.Info.State == EndpointState.Failed) controller.Adopt(document.Value);
            else controller.Restore(document.Value);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_controllers.Values.Select(c => c.CloseAsync())).ConfigureAwait(false);
        _controllers.Clear();
        _routes.Clear();
    }

    public async Task<Result<EndpointInfo>> CreateAsync(EndpointSpec spec, CancellationToken ct)
    {
        if (Check(spec) is { } fault) return fault;
        var now = time.GetUtcNow();
        var stored = new StoredEndpoint(new EndpointInfo { Spec = spec, State = EndpointState.Creating, Created = now, Updated = now }, new Dictionary<string, string>());
        if ((await state.InsertAsync(StoredEndpoint.Collection, spec.Id, stored, ct).ConfigureAwait(false)).Error is { } error)
            return error.Code == ErrorCode.AlreadyExists ? new Error(ErrorCode.AlreadyExists, $"The endpoint {spec.Name} exists already.") : error;
        var controller = Add(spec.Id);
        controller.Create(stored);
        return controller.Info;
    }

    public async Task<Result<EndpointInfo>> UpdateAsync(EndpointSpec spec, bool keepCapacity, CancellationToken ct)
    {
        if (Check(spec) is { } fault) return fault;
        return _controllers.TryGetValue(spec.Id, out var controller) ? await controller.UpdateAsync(spec, keepCapacity, ct).ConfigureAwait(false) : Missing(spec.Id);
    }

    public async Task<Result<EndpointInfo>> SetWeightsAndCapacitiesAsync(string id, IReadOnlyList<VariantChange> changes, CancellationToken ct)
    {
        if (changes.FirstOrDefault(c => c.Weight is < 0 || c.Weight is { } w && !double.IsFinite(w) || c.Count is < 0) is { } bad)
            return Error.Invalid("desiredWeightsAndCapacities", bad.Name, $"The weight and the count of '{bad.Name}' must not be negative.");
        if (changes.FirstOrDefault(c => c.Count > VariantSpec.MaxInstances) is { } many) return TooMany(many.Name, many.Count!.Value);
        return _controllers.TryGetValue(id, out var controller) ? await controller.ChangeAsync(changes, ct).ConfigureAwait(false) : Missing(id);
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken ct)
    {
        if (!_controllers.TryGetValue(id, out var controller)) return Missing(id);
        await controller.DeleteAsync().ConfigureAwait(false);
        _controllers.TryRemove(KeyValuePair.Create(id, controller));
        return Done.Value;
    }

    public Task<Result<EndpointInfo>> GetAsync(string id, CancellationToken ct) =>
        Task.FromResult(_controllers.TryGetValue(id, out var controller) ? controller.Info : (Result<EndpointInfo>)Missing(id));

    public Task<IReadOnlyList<EndpointInfo>> ListAsync(string idPrefix, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<EndpointInfo>>([.. _controllers.Where(c => c.Key.StartsWith(idPrefix, StringComparison.Ordinal)).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Value.Info)]);

    public async Task<Result<EndpointInfo>> WaitAsync(string id, CancellationToken ct)
    {
        if (!_controllers.TryGetValue(id, out var controller)) return Missing(id);
        await controller.Settled.WaitAsync(ct).ConfigureAwait(false);
        return controller.Info;
    }

    public ValueTask<InvocationReply> InvokeAsync(string id, Invocation invocation, CancellationToken ct) => ServingTrace.IsOn && !invocation.IsProbe ? TracedAsync(id, invocation, ct) : AskAsync(id, invocation, ct);

    private async ValueTask<InvocationReply> TracedAsync(string id, Invocation invocation, CancellationToken ct)
    {
        using var activity = ServingTrace.Start(id);
        var reply = await AskAsync(id, invocation, ct).ConfigureAwait(false);
        ServingTrace.Tell(activity, reply);
        return reply;
    }

    private ValueTask<InvocationReply> AskAsync(string id, Invocation invocation, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        if (!_routes.TryGetValue(id, out var route)) return NoRouteAsync(id, invocation, ct);
        if (route.Pick(invocation.TargetVariant, out var error) is not { } variant) return new(new InvocationReply { Error = error });
        var reply = variant.InvokeAsync(invocation, ct);
        if (!reply.IsCompletedSuccessfully) return FinishAsync(id, route, variant, invocation, reply, start, ct);
        var done = reply.Result;
        if (ReferenceEquals(done, Variant.Retired)) return AskAsync(id, invocation, ct);
        Finish(route, variant, invocation, done, start);
        return new(done);
    }

    public async Task<StreamingReply> InvokeStreamAsync(string id, Invocation invocation, CancellationToken ct)
    {
        while (true)
        {
            var start = Stopwatch.GetTimestamp();
            if (!_routes.TryGetValue(id, out var route))
            {
                if (await AwaitRouteAsync(id, ct).ConfigureAwait(false) is { } missing) return new StreamingReply { Error = missing };
                continue;
            }
            if (route.Pick(invocation.TargetVariant, out var error) is not { } variant) return new StreamingReply { Error = error };
            var (reply, runner) = await variant.InvokeStreamAsync(invocation, ct).ConfigureAwait(false);
            if (ReferenceEquals(reply.Error, Variant.Retired.Error)) continue;
            var ticks = Stopwatch.GetTimestamp() - start;
            variant.Counters.Count(reply.Error, reply.Status, ticks, 0, ticks);
            return runner is null ? reply : reply.Then(runner.Leave);
        }
    }

    private async ValueTask<InvocationReply> FinishAsync(string id, EndpointRoute route, Variant variant, Invocation invocation, ValueTask<InvocationReply> pending, long start, CancellationToken ct)
    {
        var reply = await pending.ConfigureAwait(false);
        if (ReferenceEquals(reply, Variant.Retired)) return await AskAsync(id, invocation, ct).ConfigureAwait(false);
        Finish(route, variant, invocation, reply, start);
        return reply;
    }

    private void Finish(EndpointRoute route, Variant variant, Invocation invocation, InvocationReply reply, long start)
    {
        if (invocation.IsProbe) return;
        variant.Counters.Count(reply, Stopwatch.GetTimestamp() - start);
        if (route.CaptureShare > 0 && observers.HasObservers && Random.Shared.NextDouble() < route.CaptureShare)
            observers.Post(variant, invocation, reply, time.GetUtcNow());
        if (route.Shadows.Length > 0) shadows.Copy(route, invocation);
    }

    private async ValueTask<InvocationReply> NoRouteAsync(string id, Invocation invocation, CancellationToken ct) =>
        await AwaitRouteAsync(id, ct).ConfigureAwait(false) is { } error ? new InvocationReply { Error = error } : await AskAsync(id, invocation, ct).ConfigureAwait(false);

    // An endpoint that is being restored after a restart was in service for its callers all along: they wait for it.
    private async Task<Error?> AwaitRouteAsync(string id, CancellationToken ct)
    {
        if (!_controllers.TryGetValue(id, out var controller)) return Missing(id);
        var info = controller.Info;
        if (info.State is EndpointState.InService or EndpointState.Updating) await controller.Settled.WaitAsync(ct).ConfigureAwait(false);
        return _routes.ContainsKey(id) ? null : new Error(ErrorCode.FailedPrecondition, $"The endpoint {info.Spec.Name} is {controller.Info.State}, not InService.");
    }

    private EndpointController Add(string id) => _controllers[id] = new EndpointController(id, state, runners, time, route =>
    {
        if (route is null) _routes.TryRemove(id, out _);
        else _routes[id] = route;
    });

    private static Error? Check(EndpointSpec spec)
    {
        if (spec.Variants.Count == 0) return Error.Invalid("variants", null, "An endpoint needs at least one variant.");
        var all = spec.Variants.Concat(spec.Shadows).ToList();
        if (all.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) return Error.Invalid("variants", twice.Key, $"The name '{twice.Key}' stands for several variants.");
        if (all.FirstOrDefault(v => v.Weight < 0 || !double.IsFinite(v.Weight)) is { } negative) return Error.Invalid("variants.weight", negative.Name, $"The weight of '{negative.Name}' must not be negative.");
        if (all.FirstOrDefault(v => v.InstanceCount < 0) is { } none) return Error.Invalid("variants.instanceCount", none.Name, $"The instance count of '{none.Name}' must not be negative.");
        return all.FirstOrDefault(v => v.InstanceCount > VariantSpec.MaxInstances) is { } many ? TooMany(many.Name, many.InstanceCount) : null;
    }

    private static Error TooMany(string variant, int count) =>
        new(ErrorCode.ResourceExhausted, $"The variant '{variant}' asks for {count} instances; this machine takes at most {VariantSpec.MaxInstances}.");

    private static Error Missing(string id) => Error.NotFound($"The endpoint {id[(id.LastIndexOf('/') + 1)..]}");
}
