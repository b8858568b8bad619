using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Engine.Serving;

/// <summary>The life of one endpoint: changes are made one after the other, in the background, and each step is on disk before it shows.</summary>
internal sealed class EndpointController(string id, IStateStore state, RunnerFactory runners, TimeProvider time, Action<EndpointRoute?> setRoute)
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _entry = new(1);
    private readonly CancellationTokenSource _stop = new();
    private StoredEndpoint _stored = null!;
    private Deployment? _live;
    private Task _change = Task.CompletedTask;
    // What the last change replaced finishes what it has, while the endpoint may be changed again.
    private Task _retirement = Task.CompletedTask;

    /// <summary>The variants in service.</summary>
    public Deployment? Live => _live;

    /// <summary>Completes when no change is under way and what was replaced is gone.</summary>
    public Task Settled
    {
        get { lock (_lock) return SettledAsync(_change); }
    }

    public EndpointInfo Info
    {
        get
        {
            var info = Volatile.Read(ref _stored).Info;
            if (_live is not { } live) return info;
            return info with { Variants = [.. live.All.Select(v => v.Status(info.Variants.FirstOrDefault(s => s.Name == v.Spec.Name && s.Shadow == v.IsShadow)?.DesiredWeight ?? v.Weight))] };
        }
    }

    /// <summary>Begins the life of an endpoint that was just accepted.</summary>
    public void Create(StoredEndpoint stored) => Begin(stored, CreateAsync);

    /// <summary>Takes up an endpoint that was on disk at the start; what was under way is gone through again.</summary>
    public void Restore(StoredEndpoint stored) => Begin(stored, RestoreAsync);

    /// <summary>Keeps an endpoint that failed, to be shown and deleted.</summary>
    public void Adopt(StoredEndpoint stored) => Volatile.Write(ref _stored, stored);

    /// <summary>Replaces the configuration.</summary>
    public async Task<Result<EndpointInfo>> UpdateAsync(EndpointSpec spec, bool keepCapacity, CancellationToken ct)
    {
        using var claim = await ClaimAsync(ct).ConfigureAwait(false);
        if (claim.Busy is { } busy) return busy;
        var info = Info;
        IReadOnlyList<VariantStatus> keep = keepCapacity ? info.Variants : [];
        await SaveAsync(info with { Pending = spec, State = EndpointState.Updating }, ct).ConfigureAwait(false);
        Begin(_stored, () => SwapAsync(spec, keep, new Dictionary<string, string>()));
        return Info;
    }

    /// <summary>Changes weights and counts.</summary>
    public async Task<Result<EndpointInfo>> ChangeAsync(IReadOnlyList<VariantChange> changes, CancellationToken ct)
    {
        using var claim = await ClaimAsync(ct).ConfigureAwait(false);
        if (claim.Busy is { } busy) return busy;
        var info = Info;
        if (changes.FirstOrDefault(c => info.Variants.All(v => v.Shadow || v.Name != c.Name)) is { } unknown)
            return new Error(ErrorCode.NotFound, $"The endpoint {info.Spec.Name} has no variant '{unknown.Name}'.");
        IReadOnlyList<VariantStatus> wanted = [.. info.Variants.Select(v => changes.FirstOrDefault(c => !v.Shadow && c.Name == v.Name) is { } change
            ? v with { DesiredWeight = change.Weight ?? v.DesiredWeight, DesiredCount = change.Count ?? v.DesiredCount }
            : v)];
        await SaveAsync(info with { Variants = wanted, State = EndpointState.Updating }, ct).ConfigureAwait(false);
        Begin(_stored, () => ScaleAsync(wanted, info.Variants));
        // Weights alone need nothing to be started: whoever is told of them is answered by them.
        if (changes.All(c => c.Count is null)) await _change.WaitAsync(ct).ConfigureAwait(false);
        return Info;
    }

    /// <summary>Takes the endpoint down and off the disk.</summary>
    public async Task DeleteAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Settled.ConfigureAwait(false);
        await SaveAsync(_stored.Info with { State = EndpointState.Deleting }, CancellationToken.None).ConfigureAwait(false);
        setRoute(null);
        if (_live is { } live) await live.RetireAsync().ConfigureAwait(false);
        await state.DeleteAsync(StoredEndpoint.Collection, id).ConfigureAwait(false);
    }

    /// <summary>Takes the models down, for the end of the program; the endpoint stays on disk as it is.</summary>
    public async Task CloseAsync()
    {
        setRoute(null);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Settled.ConfigureAwait(false);
        setRoute(null);
        if (_live is { } live) await live.RetireAsync().ConfigureAwait(false);
    }

    // Of two changes asked for at once, the first has begun before the second looks. Whoever reads "in service" may change: the state alone
    // decides, not whether the task that wrote it has returned. One that is restored after a restart was in service all along, and is waited for.
    private async Task<Entry> ClaimAsync(CancellationToken ct)
    {
        await _entry.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_live is null && Volatile.Read(ref _stored).Info.State == EndpointState.InService) await Settled.WaitAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            _entry.Release();
            throw;
        }
        var info = Volatile.Read(ref _stored).Info;
        return new Entry(_entry, info.State == EndpointState.InService ? null : new Error(ErrorCode.FailedPrecondition, $"The endpoint {info.Spec.Name} is {info.State}; it must be InService to be changed."));
    }

    private async Task SettledAsync(Task change)
    {
        await change.ConfigureAwait(false);
        await _retirement.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private readonly record struct Entry(SemaphoreSlim Gate, Error? Busy) : IDisposable
    {
        public void Dispose() => Gate.Release();
    }

    private void Begin(StoredEndpoint stored, Func<Task> change)
    {
        lock (_lock)
        {
            Volatile.Write(ref _stored, stored);
            var before = _change;
            _change = Task.Run(async () =>
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                try
                {
                    await change().ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    // Deletion, or the end of the program: what is on disk says where to go on.
                }
                catch (Exception e)
                {
                    await SaveAsync(_stored.Info with { State = _live is null ? EndpointState.Failed : EndpointState.InService, Pending = null, Reason = $"An internal fault stopped the change: {e.Message}" }, CancellationToken.None).ConfigureAwait(false);
                }
            });
        }
    }

    private async Task CreateAsync()
    {
        var info = _stored.Info;
        if ((await Deployment.StartAsync(info.Spec, [], _stored.Packages, runners, _stop.Token).ConfigureAwait(false)).TryGet(out var started, out var error))
            await GoLiveAsync(started, info with { State = EndpointState.InService, Reason = null }).ConfigureAwait(false);
        else
            await SaveAsync(info with { State = EndpointState.Failed, Reason = error.Message }, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task RestoreAsync()
    {
        var info = _stored.Info;
        if (info.State == EndpointState.Creating)
        {
            await CreateAsync().ConfigureAwait(false);
            return;
        }
        if (!(await Deployment.StartAsync(info.Spec, info.Variants, _stored.Packages, runners, _stop.Token).ConfigureAwait(false)).TryGet(out var started, out var error))
        {
            await SaveAsync(info with { State = EndpointState.Failed, Pending = null, Reason = $"After a restart: {error.Message}" }, CancellationToken.None).ConfigureAwait(false);
            return;
        }
        await GoLiveAsync(started, info with { State = info.Pending is null ? EndpointState.InService : EndpointState.Updating }).ConfigureAwait(false);
        if (info.Pending is { } pending) await SwapAsync(pending, [], new Dictionary<string, string>()).ConfigureAwait(false);
    }

    // Blue/green: 1. load the new variants beside the old ones; 2. put the new configuration on disk; 3. route to it; 4. let the old ones
    // finish what they have. A failure in 1 leaves everything as it was but for the reason. No more than two generations run at a time.
    private async Task SwapAsync(EndpointSpec spec, IReadOnlyList<VariantStatus> keep, IReadOnlyDictionary<string, string> packages)
    {
        await _retirement.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!(await Deployment.StartAsync(spec, keep, packages, runners, _stop.Token).ConfigureAwait(false)).TryGet(out var started, out var error))
        {
            await SaveAsync(_stored.Info with { State = EndpointState.InService, Pending = null, Reason = error.Message }, CancellationToken.None).ConfigureAwait(false);
            return;
        }
        var old = _live;
        await GoLiveAsync(started, _stored.Info with { Spec = spec, Pending = null, State = EndpointState.InService, Reason = null }).ConfigureAwait(false);
        if (old is not null) _retirement = old.RetireAsync();
    }

    private async Task ScaleAsync(IReadOnlyList<VariantStatus> wanted, IReadOnlyList<VariantStatus> before)
    {
        var live = _live!;
        string? reason = null;
        foreach (var variant in live.All)
        {
            var want = wanted.First(w => w.Name == variant.Spec.Name && w.Shadow == variant.IsShadow);
            if (want.DesiredCount != variant.DesiredCount && (await variant.SetCountAsync(want.DesiredCount, _stop.Token).ConfigureAwait(false)).Error is { } error)
                reason = $"The variant '{variant.Spec.Name}' could not be brought to {want.DesiredCount} instances: {error.Message}";
        }
        if (reason is null)
            foreach (var variant in live.All) variant.Weight = wanted.First(w => w.Name == variant.Spec.Name && w.Shadow == variant.IsShadow).DesiredWeight;
        setRoute(live.Route());
        IReadOnlyList<VariantStatus> now = reason is null ? live.Status() : [.. before.Select(b => live.All.First(v => v.Spec.Name == b.Name && v.IsShadow == b.Shadow).Status(b.DesiredWeight))];
        await SaveAsync(_stored.Info with { State = EndpointState.InService, Variants = now, Reason = reason }, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task GoLiveAsync(Deployment started, EndpointInfo info)
    {
        Volatile.Write(ref _stored, _stored with { Packages = started.Packages() });
        await SaveAsync(info with { Variants = started.Status() }, CancellationToken.None, started).ConfigureAwait(false);
    }

    private async Task SaveAsync(EndpointInfo info, CancellationToken ct, Deployment? goesLive = null)
    {
        var stored = _stored with { Info = info with { Updated = time.GetUtcNow() } };
        await state.PutAsync(StoredEndpoint.Collection, id, stored, ct).ConfigureAwait(false);
        if (goesLive is not null)
        {
            _live = goesLive;
            // Whoever reads "in service" must be answered.
            setRoute(goesLive.Route());
        }
        Volatile.Write(ref _stored, stored);
    }
}
