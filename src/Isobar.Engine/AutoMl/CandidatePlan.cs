using System.Globalization;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>A candidate before it is fitted.</summary>
internal sealed record CandidateSpec(string Name, string Algorithm, IReadOnlyDictionary<string, string> HyperParameters)
{
    /// <summary>Whether it sees categories as <see cref="AutoMl.CategoryMeans"/>.</summary>
    public bool CategoryMeans { get; init; }

    /// <summary>The hyperparameters as people read them.</summary>
    public IReadOnlyDictionary<string, string> Shown => CategoryMeans ? new Dictionary<string, string>(HyperParameters) { ["categories"] = "means" } : HyperParameters;
}

/// <summary>What a plan may depend on.</summary>
/// <param name="Positive">Whether every label is above 0.</param>
/// <param name="Categories">Whether a column has more than two categories, and the label few enough classes for a mean of each.</param>
/// <param name="Folds">Fits a candidate.</param>
internal sealed record PlanFacts(LearningTask Task, int Rows, int Width, bool Positive, bool Categories, int Folds, int Seed, IReadOnlyList<string> Algorithms);

/// <summary>The candidates in the order of their trial: each algorithm as it is by default, known good settings, then random draws without end. The n-th candidate is a function of the facts alone, so that a search goes on where it was interrupted.</summary>
internal static class CandidatePlan
{
    // Where classes are told apart without fault, the log loss falls for ever by less and less.
    private const string Tolerance = "0.0005";
    private const int NeighboursMaxRows = 20_000;
    private const int NeighboursMaxWidth = 500;

    public static IEnumerable<CandidateSpec> Of(PlanFacts facts)
    {
        var number = 0;
        foreach (var (algorithm, values, means) in Portfolio(facts).Where(c => Allowed(c.Algorithm, facts) && (facts.Categories || !c.Means))) yield return Spec(algorithm, values, means);
        while (true)
        {
            var random = new Random(HashCode(facts.Seed, number));
            var (algorithm, values, means) = Draw(random, facts);
            yield return Spec(algorithm, values, means);
        }

        CandidateSpec Spec(string algorithm, Dictionary<string, string> values, bool means) => new($"{algorithm}-{++number:000}", algorithm, values) { CategoryMeans = means };
    }

    public static bool Any(PlanFacts facts) => Portfolio(facts).Any(c => Allowed(c.Algorithm, facts));

    private static bool Allowed(string algorithm, PlanFacts facts) =>
        facts.Algorithms.Contains(algorithm)
        && (algorithm != "linear" || facts.Task == LearningTask.Regression)
        && (algorithm != "logistic" || facts.Task != LearningTask.Regression)
        && (algorithm != "k-nearest-neighbours" || facts is { Rows: <= NeighboursMaxRows, Width: <= NeighboursMaxWidth });

    private static IEnumerable<(string Algorithm, Dictionary<string, string> Values, bool Means)> Portfolio(PlanFacts facts)
    {
        // Quick ones first: where time is short, something of each kind is there to be combined.
        yield return ("boosted-trees", Trees(facts, []), false);
        yield return ("linear", [], false);
        yield return ("logistic", [], false);
        yield return ("boosted-trees", Trees(facts, Slow("0.08", "31", "20", "0.8")), true);
        yield return ("boosted-trees", Trees(facts, Slow("0.06", "31", "20", "0.8")), false);
        yield return ("k-nearest-neighbours", new() { ["k"] = Math.Min(10, Math.Max(1, facts.Rows / 4)).ToString(CultureInfo.InvariantCulture), ["scale"] = "true" }, false);
        yield return ("logistic", new() { ["l2"] = "0.1" }, false);
        yield return ("logistic", new() { ["l2"] = "3" }, false);
        yield return ("linear", new() { ["l2"] = "0.01" }, false);
        yield return ("boosted-trees", Trees(facts, new(Slow("0.05", "6", "5", "0.6")) { ["row_fraction"] = "0.8" }), false);
        yield return ("boosted-trees", Trees(facts, new(Slow("0.05", "63", "5", "0.6")) { ["row_fraction"] = "0.7", ["lambda_l2"] = "3" }), true);
        yield return ("boosted-trees", Trees(facts, new(Slow("0.04", "63", "3", "1")) { ["row_fraction"] = "0.7", ["feature_fraction_by_node"] = "0.5", ["lambda_l2"] = "3" }), false);
        if (facts is { Task: LearningTask.Regression, Positive: true })
            yield return ("boosted-trees", Trees(facts, new(Slow("0.05", "15", "20", "0.7")) { ["objective"] = "gamma" }), false);
    }

    private static Dictionary<string, string> Slow(string rate, string leaves, string rows, string features) => new()
    {
        ["rounds"] = "2000",
        ["early_stopping_rounds"] = "40",
        ["early_stopping_tolerance"] = Tolerance,
        ["learning_rate"] = rate,
        ["leaves"] = leaves,
        ["min_rows_in_leaf"] = rows,
        ["feature_fraction"] = features,
    };

    private static (string Algorithm, Dictionary<string, string> Values, bool Means) Draw(Random random, PlanFacts facts)
    {
        // Trees deserve most of the time: they win most often and have the most to be tuned.
        var weights = new[] { ("boosted-trees", 8), ("linear", 1), ("logistic", 1), ("k-nearest-neighbours", 1) }.Where(w => Allowed(w.Item1, facts)).ToList();
        var at = random.Next(weights.Sum(w => w.Item2));
        var algorithm = weights.First(w => (at -= w.Item2) < 0).Item1;
        if (algorithm == "boosted-trees") return (algorithm, DrawTrees(random, facts), facts.Categories && random.Next(2) == 0);
        return (algorithm, algorithm switch
        {
            "k-nearest-neighbours" => new() { ["k"] = Text(Math.Round(Log(random, 1, Math.Clamp(facts.Rows / 8, 2, 60)))), ["scale"] = "true" },
            "linear" => random.Next(2) == 0 ? new() { ["l2"] = Text(Log(random, 1e-4, 1)) } : new() { ["l1"] = Text(Log(random, 1e-4, 0.3)), ["epochs"] = "500" },
            _ => new() { ["l2"] = Text(Log(random, 1e-2, 100)), ["l1"] = random.Next(2) == 0 ? "0" : Text(Log(random, 1e-2, 10)) },
        }, false);
    }

    private static Dictionary<string, string> DrawTrees(Random random, PlanFacts facts)
    {
        var values = new Dictionary<string, string>
        {
            ["rounds"] = "2000",
            ["early_stopping_rounds"] = "50",
            ["early_stopping_tolerance"] = Tolerance,
            ["learning_rate"] = Text(Log(random, 0.02, 0.15)),
            ["leaves"] = Text(Math.Round(Log(random, 3, Math.Clamp(facts.Rows / 5, 4, 127)))),
            ["min_rows_in_leaf"] = Text(Math.Round(Log(random, 2, Math.Clamp(facts.Rows / 10, 3, 80)))),
            ["row_fraction"] = Text(0.5 + random.NextDouble() / 2),
            ["feature_fraction"] = Text(0.4 + random.NextDouble() * 0.6),
            ["lambda_l2"] = Text(Log(random, 1e-3, 20)),
        };
        if (random.Next(3) == 0) values["lambda_l1"] = Text(Log(random, 1e-3, 5));
        if (random.Next(3) == 0) values["feature_fraction_by_node"] = Text(0.3 + random.NextDouble() * 0.7);
        if (facts.Task == LearningTask.Regression) values["objective"] = random.Next(6) switch { 0 when facts.Positive => "gamma", 1 when facts.Positive => "poisson", _ => "default" };
        return Trees(facts, values);
    }

    private static Dictionary<string, string> Trees(PlanFacts facts, Dictionary<string, string> values)
    {
        // Folds are fitted side by side, which gives more than threads within each do.
        if (facts.Folds > 1) values["threads"] = "1";
        return values;
    }

    private static double Log(Random random, double low, double high) => Math.Exp(Math.Log(low) + random.NextDouble() * (Math.Log(high) - Math.Log(low)));

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    // The framework's own hash codes differ from process to process.
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) ^ (number * 7_919));
}
