using System.Collections.Concurrent;
using Isobar.MultiCloud.Manifests;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>
/// Says how many instances an endpoint is to have, by the requests that are under way there. More come soon, fewer late: a lull is no reason to be slow again a
/// minute later. It works in every cloud alike, as it asks of them no more than to change an endpoint.
/// </summary>
internal sealed class Scaler(IEnumerable<IServicePublisher> publishers, ControlPlaneOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Load> _loads = new();

    public int Wanted(string service, ServiceWish wish, ServingStanding s)
    {
        var scaling = wish.Scaling ?? new ScalingWish();
        var current = s.Instances == 0 ? scaling.Min : Math.Clamp(s.Instances, scaling.Min, scaling.Max);
        // A version on trial has a small share of the traffic.
        if (s.Endpoint != service) return scaling.Min;
        // While it is being changed, or could not be, it is not changed again.
        if (scaling.Max <= scaling.Min || s.Phase != Phase.Done) return current;
        var load = _loads.GetOrAdd($"{s.Endpoint}/{s.Cloud}", _ => new Load(time.GetUtcNow()));
        var average = load.Observe(publishers.Select(p => p.Pending(service, s.Cloud)).FirstOrDefault(p => p is not null) ?? 0, options.ScaleUpAfter, time.GetUtcNow());
        return load.Decide(current, Math.Clamp((int)Math.Ceiling(average / scaling.Target), scaling.Min, scaling.Max), options, time.GetUtcNow());
    }

    private sealed class Load(DateTimeOffset began)
    {
        private double _average;
        private DateTimeOffset _at = began;
        private DateTimeOffset? _above, _below;
        private int _most;

        public double Observe(int pending, TimeSpan memory, DateTimeOffset now)
        {
            _average += (pending - _average) * (1 - Math.Exp(-(now - _at).TotalSeconds / Math.Max(0.001, memory.TotalSeconds)));
            _at = now;
            return _average;
        }

        public int Decide(int current, int desired, ControlPlaneOptions options, DateTimeOffset now)
        {
            _above = desired > current ? _above ?? now : null;
            _most = desired < current ? Math.Max(_below is null ? desired : _most, desired) : 0;
            _below = desired < current ? _below ?? now : null;
            if (_above is { } above && now - above >= options.ScaleUpAfter) return desired;
            if (_below is not { } below || now - below < options.ScaleDownAfter) return current;
            // As many as were needed at any time of the lull, and the next lull begins.
            var most = _most;
            (_below, _most) = (now, desired);
            return Math.Min(most, current);
        }
    }
}
