using System.Diagnostics.Metrics;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Cluster;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Gateway;

/// <summary>
/// Counts what passes, by service, backend and caller: for the metrics and, every few seconds, for the books. Counters that backends keep anyway are read when
/// somebody scrapes; a request itself adds to one cell and one histogram.
/// </summary>
internal sealed class GatewayMeter : IDisposable
{
    public const string Name = "Isobar.Gateway";
    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refused;
    private readonly IStateStore _store;
    private readonly ApiKeys _keys;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);

    public GatewayMeter(ServiceTable table, ApiKeys keys, [FromKeyedServices(ClusterRegistration.Shared)] IStateStore store, TimeProvider time)
    {
        (_store, _keys, _time) = (store, keys, time);
        _duration = _meter.CreateHistogram<double>("isobar.gateway.request.duration", "s", "Time from a request's head to its answer", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _refused = _meter.CreateCounter<long>("isobar.gateway.refused", "{request}", "Requests that were not let through");
        Observe("isobar.gateway.backend.tries", "Tries at a backend, second ones included", b => b.Counts.Requests);
        Observe("isobar.gateway.backend.failures", "Tries that failed by the backend's fault", b => b.Counts.Failures);
        Observe("isobar.gateway.backend.overtaken", "Tries that another backend answered first", b => b.Counts.Overtaken);
        _meter.CreateObservableGauge("isobar.gateway.backend.up", () => Each(table, b => BackendReport.HealthOf(b) == "up" ? 1 : 0), "1", "Whether a backend may be asked freely");
        _meter.CreateObservableGauge("isobar.gateway.backend.pending", () => Each(table, b => (long)b.Pending), "{request}", "Requests under way at a backend");

        void Observe(string name, string description, Func<Backend, long> value) => _meter.CreateObservableCounter(name, () => Each(table, value), "{request}", description);
    }

    /// <summary>A request was answered, by a backend or from the cache.</summary>
    public void Answered(LiveService service, Backend? backend, Caller caller, int received, int sent, long began, bool failed)
    {
        service.Route.Tally.Add(failed, _time.GetElapsedTime(began).TotalMicroseconds);
        caller.Cell(service.Route.Name, backend).Add(failed, received, sent);
        if (_duration.Enabled) _duration.Record(_time.GetElapsedTime(began).TotalSeconds, new("service", service.Route.Name), new("backend", backend?.Definition.Name ?? "cache"), new("outcome", failed ? "failed" : "answered"));
    }

    /// <summary>A caller went away before the answer. Where that was sooner than most answers come, it says nothing about the service.</summary>
    public void Abandoned(LiveService service, Backend? backend, Caller caller, int received, long began)
    {
        if (_time.GetElapsedTime(began).TotalMilliseconds >= service.Route.HedgeAfterMs) service.Route.Tally.Add(failed: true, 0);
        caller.Cell(service.Route.Name, backend).Add(failed: true, received, 0);
        if (_duration.Enabled) _duration.Record(_time.GetElapsedTime(began).TotalSeconds, new("service", service.Route.Name), new("backend", backend?.Definition.Name), new("outcome", "abandoned"));
    }

    /// <summary>A request was not let through.</summary>
    public void Refused(LiveService service, ErrorCode why) => _refused.Add(1, new("service", service.Route.Name), new("reason", why.ToString()));

    /// <summary>Writes what was used into the books.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var day = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
            foreach (var caller in _keys.Callers)
                foreach (var (service, backend, cell, sums) in caller.Take())
                {
                    var id = $"{day:yyyy-MM-dd}/{service}/{backend}/{caller.Id}";
                    // Other silos of a cluster add to the same day.
                    try { await WriteAsync(id, new UsageDay(day, service, backend, caller.Id, sums.Requests, sums.Failed, sums.BytesIn, sums.BytesOut)).ConfigureAwait(false); }
                    catch
                    {
                        cell.Return(sums);
                        throw;
                    }
                }
        }
        finally { _turn.Release(); }
    }

    private async Task WriteAsync(string id, UsageDay used)
    {
        await _store.InsertAsync(KeyCollections.Usage, id, used with { Requests = 0, Failed = 0, BytesIn = 0, BytesOut = 0 }, CancellationToken.None).ConfigureAwait(false);
        await _store.ChangeAsync<UsageDay>(KeyCollections.Usage, id, before => before with { Requests = before.Requests + used.Requests, Failed = before.Failed + used.Failed, BytesIn = before.BytesIn + used.BytesIn, BytesOut = before.BytesOut + used.BytesOut }, CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _turn.Dispose();
    }

    private static IEnumerable<Measurement<long>> Each(ServiceTable table, Func<Backend, long> value) =>
        from service in table.All
        from backend in service.Route.Backends
        select new Measurement<long>(value(backend), new("service", service.Route.Name), new KeyValuePair<string, object?>("backend", backend.Definition.Name));
}
