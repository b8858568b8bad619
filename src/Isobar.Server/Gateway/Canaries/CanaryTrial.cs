using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;
using Isobar.Server.Cluster;

namespace Isobar.Server.Gateway.Canaries;

/// <summary>One canary's steps, each with counts of its own: those of this silo and of all others.</summary>
internal sealed class CanaryTrial
{
    private const int UnavailableLooks = 8;
    private readonly ServiceRoute _route;
    private readonly IPeers _peers;
    private readonly CanaryAnalysis _analysis;
    private readonly Dictionary<(string Silo, int Backend), Count> _marks = [];
    private int _unavailable;

    public CanaryTrial(ServiceRoute route, IPeers peers)
    {
        (_route, _peers, _analysis) = (route, peers, new CanaryAnalysis(route.Definition.Canary!));
        NextStep();
    }

    public void NextStep()
    {
        _marks.Clear();
        for (var i = 0; i < _route.Backends.Count; i++)
            foreach (var (silo, count) in Counts(i)) _marks[(silo, i)] = count;
        _analysis.NextStep();
    }

    public CanaryLook Look(TimeSpan elapsed)
    {
        var canary = _route.Backends[_route.Canary];
        // One that gets no traffic any more would be waited for for ever.
        _unavailable = canary.IsAvailable ? 0 : _unavailable + 1;
        if (_unavailable >= UnavailableLooks) return new(CanaryVerdict.RollBack, $"The canary is down: {canary.Probe.Reason ?? "its requests failed one after another."}");
        var stable = Enumerable.Range(0, _route.Backends.Count).Where(i => i != _route.Canary && i != _route.Shadow);
        return _analysis.Look(Sample([_route.Canary]), Sample(stable), elapsed);
    }

    private CanarySample Sample(IEnumerable<int> backends)
    {
        long failed = 0, answered = 0;
        var sum = new int[LatencyHistogram.Buckets];
        foreach (var i in backends)
            foreach (var (silo, now) in Counts(i))
            {
                // What a silo counted before it was first seen in this step is of no step; one whose backend was set up anew counts from nothing.
                if (!_marks.TryGetValue((silo, i), out var mark)) _marks[(silo, i)] = mark = now;
                else if (now.Failures < mark.Failures || now.Answered < mark.Answered) _marks[(silo, i)] = mark = Count.Nothing;
                failed += now.Failures - mark.Failures;
                answered += now.Answered - mark.Answered;
                for (var b = 0; b < sum.Length; b++) sum[b] += now.Times[b] - mark.Times[b];
            }
        return new(answered, failed, sum);
    }

    private IEnumerable<(string Silo, Count Count)> Counts(int backend)
    {
        var own = _route.Backends[backend];
        yield return (_peers.Own, Count.Of(own.Counts.Failures, own.Times.Snapshot()));
        foreach (var peer in _peers.Others)
            if (peer.Counts.Services.GetValueOrDefault(_route.Name)?.Backends.GetValueOrDefault(own.Definition.Name) is { Times: { } times } there) yield return (peer.Silo, Count.Of(there.Failures, Histograms.Dense(times)));
    }

    private sealed record Count(long Failures, long Answered, int[] Times)
    {
        public static readonly Count Nothing = Of(0, new int[LatencyHistogram.Buckets]);

        public static Count Of(long failures, int[] times) => new(failures, times.Sum(t => (long)t), times);
    }
}
