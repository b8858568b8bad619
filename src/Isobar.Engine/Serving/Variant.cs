using System.Diagnostics;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>
/// A model behind an endpoint: loaded, or cold until the next request. Changes of its capacity are made one after the other; requests never
/// wait for them while a runner is up.
/// </summary>
internal sealed class Variant(EndpointSpec endpoint, VariantSpec spec, bool shadow, RunnerFactory runners) : IDisposable
{
    /// <summary>What a retired variant answers: the caller looks the route up again.</summary>
    public static readonly InvocationReply Retired = new() { Error = new Error(ErrorCode.Unavailable, "The endpoint has been changed.") };

    private readonly SemaphoreSlim _changes = new(1);
    private volatile ModelRunner? _runner;
    private volatile bool _retired;
    private volatile bool _used;
    private TimeSpan _idle;

    public EndpointSpec Endpoint => endpoint;
    public VariantSpec Spec => spec;
    public bool IsShadow => shadow;
    public VariantCounters Counters { get; } = new();

    /// <summary>The content that it runs, once known.</summary>
    public string? PackageSha256 { get; private set; }

    public double Weight { get; set; } = spec.Weight;
    public int DesiredCount { get; private set; } = spec.InstanceCount;
    public int CurrentCount => _runner?.Count ?? 0;

    /// <summary>For tests.</summary>
    internal ModelRunner? Runner => _runner;

    public VariantStatus Status(double desiredWeight) => new(spec.Name, Weight, desiredWeight, CurrentCount, DesiredCount, shadow);

    /// <summary>Loads the model. With no instances it is loaded all the same, to see that it can be, and let go again.</summary>
    public async Task<Result<Done>> StartAsync(int count, string? packageSha256, CancellationToken ct)
    {
        await _changes.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            (DesiredCount, PackageSha256) = (count, packageSha256);
            if (!(await runners.StartAsync(spec, Math.Max(1, count), packageSha256, ct).ConfigureAwait(false)).TryGet(out var started, out var error))
                return error with { Message = $"The variant '{spec.Name}' with the model '{spec.Model.Name}' did not start: {error.Message}" };
            PackageSha256 = started.PackageSha256;
            if (count > 0) _runner = started.Runner;
            else await started.Runner.CloseAsync().ConfigureAwait(false);
            return Done.Value;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Changes the number of instances; none lets the model go until the next request.</summary>
    public async Task<Result<Done>> SetCountAsync(int count, CancellationToken ct)
    {
        await _changes.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (count == 0)
            {
                DesiredCount = 0;
                await LetGoAsync().ConfigureAwait(false);
                return Done.Value;
            }
            Result<Done> changed;
            if (_runner is { } runner) changed = await runner.SetCountAsync(count, ct).ConfigureAwait(false);
            else changed = await LoadAsync(count, ct).ConfigureAwait(false);
            if (changed.IsOk) DesiredCount = count;
            return changed;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Asks the model; it completes synchronously where the runner does.</summary>
    public ValueTask<InvocationReply> InvokeAsync(Invocation invocation, CancellationToken ct)
    {
        while (true)
        {
            if (_runner is not { } runner) return _retired ? new(Retired) : WakeAsync(invocation, ct);
            if (!runner.TryEnter()) continue;
            if (!_used) _used = true;
            ValueTask<InvocationReply> reply;
            try
            {
                reply = runner.InvokeAsync(invocation, ct);
            }
            catch
            {
                runner.Leave();
                throw;
            }
            if (!reply.IsCompletedSuccessfully) return LeaveAfterAsync(runner, reply);
            runner.Leave();
            return reply;
        }
    }

    /// <summary>Asks for a reply in pieces. The caller leaves the runner when it has read them all.</summary>
    public async Task<(StreamingReply Reply, ModelRunner? Runner)> InvokeStreamAsync(Invocation invocation, CancellationToken ct)
    {
        while (true)
        {
            if (_runner is not { } runner)
            {
                if (_retired) return (new StreamingReply { Error = Retired.Error }, null);
                if ((await WakeAsync(ct).ConfigureAwait(false)).Error is { } error) return (new StreamingReply { Error = error, InvokedVariant = spec.Name }, null);
                continue;
            }
            if (!runner.TryEnter()) continue;
            _used = true;
            try
            {
                return (await runner.InvokeStreamAsync(invocation, ct).ConfigureAwait(false), runner);
            }
            catch
            {
                runner.Leave();
                throw;
            }
        }
    }

    /// <summary>Lets an idle model go; called at regular intervals.</summary>
    public async Task TickAsync(TimeSpan elapsed)
    {
        if (_used)
        {
            _used = false;
            _idle = TimeSpan.Zero;
            return;
        }
        _idle += elapsed;
        if (spec.IdleTimeout is not { } limit || _idle < limit || _runner is not { Inside: 0 }) return;
        await _changes.WaitAsync().ConfigureAwait(false);
        try { await LetGoAsync().ConfigureAwait(false); }
        finally { _changes.Release(); }
    }

    /// <summary>Takes the variant out of service: requests inside are finished, later ones are sent back to the route.</summary>
    public async Task RetireAsync()
    {
        _retired = true;
        await _changes.WaitAsync().ConfigureAwait(false);
        try { await LetGoAsync().ConfigureAwait(false); }
        finally { _changes.Release(); }
    }

    public void Dispose() => _changes.Dispose();

    private async Task LetGoAsync()
    {
        var runner = _runner;
        _runner = null;
        _idle = TimeSpan.Zero;
        if (runner is not null) await runner.CloseAsync().ConfigureAwait(false);
    }

    private static async ValueTask<InvocationReply> LeaveAfterAsync(ModelRunner runner, ValueTask<InvocationReply> reply)
    {
        try { return await reply.ConfigureAwait(false); }
        finally { runner.Leave(); }
    }

    private async ValueTask<InvocationReply> WakeAsync(Invocation invocation, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        if ((await WakeAsync(ct).ConfigureAwait(false)).Error is { } error) return new InvocationReply { Error = error, InvokedVariant = spec.Name };
        var ticks = Stopwatch.GetTimestamp() - start;
        var reply = await InvokeAsync(invocation, ct).ConfigureAwait(false);
        if (!ReferenceEquals(reply, Retired)) reply.ColdTicks = ticks;
        return reply;
    }

    // The first of several that find the model cold loads it; the others wait for that.
    private async Task<Result<Done>> WakeAsync(CancellationToken ct)
    {
        await _changes.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _runner is not null || _retired ? Done.Value : await LoadAsync(Math.Max(1, DesiredCount), ct).ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task<Result<Done>> LoadAsync(int count, CancellationToken ct)
    {
        if (_retired) return Done.Value;
        if (!(await runners.StartAsync(spec, count, PackageSha256, ct).ConfigureAwait(false)).TryGet(out var started, out var error)) return error;
        _idle = TimeSpan.Zero;
        _runner = started.Runner;
        DesiredCount = count;
        return Done.Value;
    }
}
