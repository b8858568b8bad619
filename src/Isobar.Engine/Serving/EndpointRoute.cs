using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>How requests to one endpoint are dealt out. Never changed: a change makes another one.</summary>
internal sealed class EndpointRoute
{
    private readonly Variant[] _variants;
    private readonly double[] _upTo;
    private readonly double _sum;

    public EndpointRoute(EndpointSpec spec, IReadOnlyList<Variant> variants, IReadOnlyList<Variant> shadows)
    {
        (Spec, _variants) = (spec, [.. variants]);
        _upTo = new double[_variants.Length];
        for (var i = 0; i < _variants.Length; i++) _upTo[i] = _sum += _variants[i].Weight;
        Shadows = [.. shadows.Where(s => s.Weight > 0).Select(s => (s, _sum > 0 ? Math.Min(1, s.Weight / _sum) : 1))];
        CaptureShare = spec.Capture is { } capture ? capture.SamplingPercentage / 100 : 0;
    }

    public EndpointSpec Spec { get; }

    /// <summary>Each shadow with the share of requests that it receives.</summary>
    public (Variant Variant, double Share)[] Shadows { get; }

    /// <summary>Share of the requests that observers see.</summary>
    public double CaptureShare { get; }

    public Variant? Pick(string? target, out Error? error)
    {
        error = null;
        if (target is not null)
        {
            foreach (var variant in _variants)
                if (variant.Spec.Name == target) return variant;
            error = new Error(ErrorCode.NotFound, $"The endpoint {Spec.Name} has no variant '{target}'.");
            return null;
        }
        if (_sum <= 0)
        {
            error = new Error(ErrorCode.FailedPrecondition, $"Every variant of the endpoint {Spec.Name} has the weight 0; name one.");
            return null;
        }
        if (_variants.Length == 1) return _variants[0];
        var draw = Random.Shared.NextDouble() * _sum;
        for (var i = 0; i < _variants.Length; i++)
            if (draw < _upTo[i]) return _variants[i];
        return _variants[^1];
    }
}
