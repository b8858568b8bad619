using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.AutoMl;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>What a forecasting model is made for; kept in its manifest, so that requests are read as the training data was.</summary>
/// <param name="Item">The column that tells series apart; empty for a single series.</param>
/// <param name="Time">The column of the instants.</param>
/// <param name="Target">The column to forecast.</param>
/// <param name="Frequency">Such as <c>1D</c>.</param>
/// <param name="Horizon">Periods to forecast.</param>
/// <param name="Context">Periods that a forecast looks back.</param>
/// <param name="Quantiles">Shares between 0 and 1.</param>
/// <param name="KnownAhead">Columns of numbers that are known for the future as well.</param>
/// <param name="Aggregation">How several rows of a period become one: <c>sum</c>, <c>avg</c>, <c>first</c>, <c>min</c> or <c>max</c>.</param>
/// <param name="Filling">What stands for a period without a row: <c>interpolate</c>, <c>zero</c>, <c>mean</c>, <c>median</c>, <c>min</c> or <c>max</c>.</param>
public sealed record ForecastLayout(string Item, string Time, string Target, string Frequency, int Horizon, int Context, IReadOnlyList<double> Quantiles, IReadOnlyList<string> KnownAhead, string Aggregation, string Filling)
{
    /// <summary>How a quantile is called, such as <c>p10</c>.</summary>
    public static string NameOf(double quantile) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"p{quantile * 100:0.##}");
}

/// <summary>How a search for a forecast is bounded and judged.</summary>
internal sealed record ForecastOptions(ForecastLayout Layout, Frequency Frequency, TimeSpan Budget, int MaxCandidates, string Objective, int EnsembleSize, IReadOnlyList<string> Algorithms)
{
    public const int MaxHorizon = 500;
    public const int MaxContext = 512;
    private const int MaxQuantiles = 10;

    public static IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        new HyperParameter("time_column", "timestamp", "The column of the instants: dates, ISO 8601, or seconds since 1970."),
        new HyperParameter("item_column", "", "The column that tells series apart; empty for a single series."),
        new HyperParameter("frequency", "1D", "How far apart the points are: Y, 1-11 M, 1-4 W, 1-6 D, 1-23 H or 1-59 min."),
        HyperParameter.Int("horizon", 7, 1, MaxHorizon, "Periods to forecast."),
        HyperParameter.Int("context", 0, 0, MaxContext, "Periods that a forecast looks back; 0 takes what the frequency and the data suggest."),
        new HyperParameter("quantiles", "0.1,0.5,0.9", "Shares between 0 and 1, comma-separated; the forecast tells what will be exceeded with the rest of the probability."),
        new HyperParameter("known_ahead", "", "Comma-separated columns of numbers that are known for the future as well, such as prices or holidays."),
        HyperParameter.Choice("aggregation", "How several rows of a period become one.", "sum", "avg", "first", "min", "max"),
        HyperParameter.Choice("filling", "What stands for a period without a row.", "interpolate", "zero", "mean", "median", "min", "max"),
        HyperParameter.Choice("objective", "What ranks candidates on the last periods, which no candidate is fitted on.", "wql", "wape", "rmse", "mase", "mape", "mae", "rmsle", "rmspe", "nrmse", "nmae"),
        new HyperParameter("algorithms", "all", $"Comma-separated algorithms to search: {string.Join(", ", ForecastPlan.Algorithms)}."),
        HyperParameter.Float("max_seconds", 600, 1, 604_800, "The search ends after so many seconds, what is fitted by then counts."),
        HyperParameter.Int("max_candidates", 40, 1, 1000, "The search ends after so many candidates."),
        HyperParameter.Int("ensemble_size", 6, 1, 50, "Most candidates in the final ensemble; 1 takes the best alone."),
    ];

    public static AlgorithmInfo Info { get; } = new(ForecastTrainer.Name, [LearningTask.Forecasting], HyperParameters);

    public static Result<ForecastOptions> Of(HyperParameterValues values, string? target)
    {
        if (string.IsNullOrEmpty(target)) return new Error(ErrorCode.InvalidArgument, "Forecasting learns a column of numbers: say which that is (label).");
        if (!AutoMl.Forecasting.Frequency.Parse(values["frequency"]).TryGet(out var frequency, out var error)) return error;
        var quantiles = new List<double>();
        foreach (var text in Split(values["quantiles"]))
        {
            if (!double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var share) || share is <= 0 or >= 1 || quantiles.Count == MaxQuantiles)
                return Error.Invalid("quantiles", values["quantiles"], $"'{values["quantiles"]}' must be 1 to {MaxQuantiles} numbers between 0 and 1.");
            quantiles.Add(share);
        }
        if (quantiles.Count == 0) return Error.Invalid("quantiles", values["quantiles"], "At least one quantile is needed.");
        var algorithms = values["algorithms"] == "all" ? ForecastPlan.Algorithms : Split(values["algorithms"]);
        if (algorithms.FirstOrDefault(a => !ForecastPlan.Algorithms.Contains(a)) is { } unknown || algorithms.Length == 0)
            return Error.Invalid("algorithms", values["algorithms"], $"must be all, or some of {string.Join(", ", ForecastPlan.Algorithms)}");
        var layout = new ForecastLayout(values["item_column"], values["time_column"], target, frequency.ToString(), values.Int("horizon"), values.Int("context"), [.. quantiles.Distinct().Order()], Split(values["known_ahead"]), values["aggregation"], values["filling"]);
        return new ForecastOptions(layout, frequency, TimeSpan.FromSeconds(values.Float("max_seconds")), values.Int("max_candidates"), values["objective"], values.Int("ensemble_size"), algorithms);
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
