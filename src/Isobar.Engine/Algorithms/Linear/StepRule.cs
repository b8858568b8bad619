namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Makes steps of slopes: stochastic gradient descent with momentum, RMSprop, or Adam (Kingma and Ba, ICLR 2015).</summary>
internal sealed class StepRule(MiniBatchSettings settings, double rate, int count)
{
    private const double RmsDecay = 0.9, Least = 1e-8;

    private readonly double[] _first = new double[count];
    private readonly double[] _second = new double[count];
    private double _rate = rate;
    private long _steps;

    /// <summary>Moves the weights against the gradient; L1 draws what moved back towards 0.</summary>
    /// <param name="width">Where each score's bias stands, last of so many weights.</param>
    public void Step(Span<double> weights, ReadOnlySpan<double> gradient, int width, double l1)
    {
        _steps++;
        if (settings.RateFalls && _steps % settings.RateStep == 0) _rate = Math.Max(_rate * settings.RateFactor, Math.Min(settings.RateLeast, _rate));
        for (var i = 0; i < weights.Length; i++)
        {
            var bias = i % width == width - 1;
            var rate = bias ? _rate * settings.BiasRate : _rate;
            weights[i] -= Move(i, gradient[i], rate);
            if (l1 > 0 && !bias) weights[i] = Math.Sign(weights[i]) * Math.Max(0, Math.Abs(weights[i]) - (rate * l1));
        }
    }

    private double Move(int i, double slope, double rate)
    {
        switch (settings.Optimizer)
        {
            case "sgd":
                return _first[i] = (settings.Momentum * _first[i]) + (rate * slope);
            case "rmsprop":
                _second[i] = (RmsDecay * _second[i]) + ((1 - RmsDecay) * slope * slope);
                return rate * slope / Math.Sqrt(_second[i] + Least);
            default:
                _first[i] = (settings.Beta1 * _first[i]) + ((1 - settings.Beta1) * slope);
                _second[i] = (settings.Beta2 * _second[i]) + ((1 - settings.Beta2) * slope * slope);
                var mean = _first[i] / (1 - Math.Pow(Math.Min(settings.Beta1, 1 - 1e-12), _steps));
                var square = _second[i] / (1 - Math.Pow(Math.Min(settings.Beta2, 1 - 1e-12), _steps));
                return rate * mean / (Math.Sqrt(square) + Least);
        }
    }
}
