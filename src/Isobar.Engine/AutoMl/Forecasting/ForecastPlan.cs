using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>A forecast to try: how it is fitted on windows.</summary>
internal sealed record ForecastSpec(string Name, string Algorithm, IReadOnlyDictionary<string, string> HyperParameters, Func<ForecastWindows, CancellationToken, Result<IForecastModel>> Fit);

/// <summary>Which forecasts are tried, in order: the simple ones first, then linear models, trees, and more of the smoothing kind.</summary>
internal static class ForecastPlan
{
    public static readonly string[] Algorithms = ["seasonal-naive", "seasonal-mean", "drift", "linear", "boosted-trees", "exponential-smoothing"];

    public static IEnumerable<ForecastSpec> Of(ForecastSplit split, int seed)
    {
        var (context, horizon) = (split.Fit.Context, split.Fit.Horizon);
        var season = context >= split.Season ? split.Season : 1;
        var number = 0;

        yield return Fixed("seasonal-naive", [], () => Smoothing.SeasonalNaive(context, horizon, season));
        foreach (var penalty in new[] { 0.01, 1.0 }) yield return Ridge(penalty);
        yield return Trees(300, 0.05, 15);
        yield return HoltWinters(0.3, 0.05, 0.9, 0.2);
        yield return HoltWinters(0.5, 0, 1, 0.1);
        yield return Fixed("seasonal-mean", [], () => Smoothing.SeasonalMean(context, horizon, season));
        yield return Fixed("drift", [], () => Smoothing.Drift(context, horizon));
        foreach (var penalty in new[] { 0.1, 10.0, 0.001 }) yield return Ridge(penalty);
        yield return Trees(500, 0.03, 31);
        yield return Trees(200, 0.08, 7);
        foreach (var alpha in new[] { 0.1, 0.3, 0.6, 0.9 })
            foreach (var (beta, damping) in new[] { (0.0, 1.0), (0.1, 0.98), (0.2, 0.85) })
                foreach (var gamma in season > 1 ? new[] { 0.05, 0.4 } : [0.0]) yield return HoltWinters(alpha, beta, damping, gamma);

        ForecastSpec Spec(string algorithm, Dictionary<string, string> values, Func<ForecastWindows, CancellationToken, Result<IForecastModel>> fit) => new($"{algorithm}-{++number:000}", algorithm, values, fit);

        ForecastSpec Fixed(string algorithm, Dictionary<string, string> values, Func<float[,]> weights) => Spec(algorithm, values, (_, _) => new LinearForecast(weights()));

        ForecastSpec Ridge(double penalty) => Spec("linear", new() { ["l2"] = Text(penalty) }, (windows, _) => LinearForecast.Ridge(new ScaledWindows(windows), penalty));

        ForecastSpec Trees(int rounds, double rate, int leaves)
        {
            var values = new Dictionary<string, string> { ["rounds"] = Text(rounds), ["learning_rate"] = Text(rate), ["leaves"] = Text(leaves), ["row_fraction"] = "0.8", ["feature_fraction"] = "0.8" };
            return Spec("boosted-trees", values, (windows, ct) => TreeFeatures.Fit(windows, season, values, seed, ct));
        }

        ForecastSpec HoltWinters(double alpha, double beta, double damping, double gamma) =>
            Fixed("exponential-smoothing", new() { ["alpha"] = Text(alpha), ["beta"] = Text(beta), ["damping"] = Text(damping), ["gamma"] = Text(gamma) }, () => Smoothing.HoltWinters(context, horizon, season, alpha, beta, damping, gamma));
    }

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
