using System.Globalization;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>A candidate before it is fitted.</summary>
internal sealed record CandidateSpec(string Name, string Algorithm, IReadOnlyDictionary<string, string> HyperParameters);

/// <summary>What a plan may depend on.</summary>
internal sealed record PlanFacts(LearningTask Task, int Rows, int Width, bool Positive, int Seed, IReadOnlyList<string> Algorithms);

/// <summary>The candidates in the order of their trial: each algorithm as it is by default, known good settings, then random draws without end. The n-th candidate is a function of the facts alone, so that a search goes on where it was interrupted.</summary>
internal static class CandidatePlan
{
    private const int NeighboursMaxRows = 20_000;
    private const int NeighboursMaxWidth = 500;

    public static IEnumerable<CandidateSpec> Of(PlanFacts facts)
    {
        var number = 0;
        foreach (var (algorithm, values) in Portfolio(facts).Where(c => Allowed(c.Algorithm, facts))) yield return Spec(algorithm, values);
        while (true)
        {
            var random = new Random(HashCode(facts.Seed, number));
            var (algorithm, values) = Draw(random, facts);
            yield return Spec(algorithm, values);
        }

        CandidateSpec Spec(string algorithm, Dictionary<string, string> values) => new($"{algorithm}-{++number:000}", algorithm, values);
    }

    public static bool Any(PlanFacts facts) => Portfolio(facts).Any(c => Allowed(c.Algorithm, facts));

    private static bool Allowed(string algorithm, PlanFacts facts) =>
        facts.Algorithms.Contains(algorithm)
        && (algorithm != "linear" || facts.Task == LearningTask.Regression)
        && (algorithm != "logistic" || facts.Task != LearningTask.Regression)
        && (algorithm != "k-nearest-neighbours" || facts is { Rows: <= NeighboursMaxRows, Width: <= NeighboursMaxWidth });

    private static IEnumerable<(string Algorithm, Dictionary<string, string> Values)> Portfolio(PlanFacts facts)
    {
        yield return ("boosted-trees", Trees(facts, []));
        yield return ("linear", []);
        yield return ("logistic", []);
        yield return ("boosted-trees", Trees(facts, new() { ["rounds"] = "2000", ["early_stopping_rounds"] = "50", ["learning_rate"] = "0.05", ["feature_fraction"] = "0.8" }));
        yield return ("k-nearest-neighbours", new() { ["k"] = Math.Min(10, Math.Max(1, facts.Rows / 4)).ToString(CultureInfo.InvariantCulture), ["scale"] = "true" });
        yield return ("boosted-trees", Trees(facts, new() { ["rounds"] = "2000", ["early_stopping_rounds"] = "60", ["learning_rate"] = "0.04", ["leaves"] = "6", ["min_rows_in_leaf"] = "5", ["row_fraction"] = "0.8", ["feature_fraction"] = "0.6" }));
        yield return ("logistic", new() { ["l2"] = "3" });
        yield return ("linear", new() { ["l2"] = "0.01" });
        yield return ("boosted-trees", Trees(facts, new() { ["rounds"] = "2000", ["early_stopping_rounds"] = "60", ["learning_rate"] = "0.03", ["leaves"] = "63", ["min_rows_in_leaf"] = "3", ["row_fraction"] = "0.7", ["feature_fraction_by_node"] = "0.5", ["lambda_l2"] = "3" }));
        if (facts is { Task: LearningTask.Regression, Positive: true })
            yield return ("boosted-trees", Trees(facts, new() { ["objective"] = "gamma", ["rounds"] = "2000", ["early_stopping_rounds"] = "60", ["learning_rate"] = "0.05", ["leaves"] = "15", ["feature_fraction"] = "0.7" }));
    }

    private static (string Algorithm, Dictionary<string, string> Values) Draw(Random random, PlanFacts facts)
    {
        // Trees deserve most of the time: they win most often and have the most to be tuned.
        var weights = new[] { ("boosted-trees", 8), ("linear", 1), ("logistic", 1), ("k-nearest-neighbours", 1) }.Where(w => Allowed(w.Item1, facts)).ToList();
        var at = random.Next(weights.Sum(w => w.Item2));
        var algorithm = weights.First(w => (at -= w.Item2) < 0).Item1;
        return (algorithm, algorithm switch
        {
            "boosted-trees" => DrawTrees(random, facts),
            "k-nearest-neighbours" => new() { ["k"] = Text(Math.Round(Log(random, 1, Math.Clamp(facts.Rows / 8, 2, 60)))), ["scale"] = "true" },
            "linear" => random.Next(2) == 0 ? new() { ["l2"] = Text(Log(random, 1e-4, 1)) } : new() { ["l1"] = Text(Log(random, 1e-4, 0.3)), ["epochs"] = "500" },
            _ => new() { ["l2"] = Text(Log(random, 1e-2, 100)), ["l1"] = random.Next(2) == 0 ? "0" : Text(Log(random, 1e-2, 10)) },
        });
    }

    private static Dictionary<string, string> DrawTrees(Random random, PlanFacts facts)
    {
        var values = new Dictionary<string, string>
        {
            ["rounds"] = "3000",
            ["early_stopping_rounds"] = "60",
            ["learning_rate"] = Text(Log(random, 0.015, 0.15)),
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
        // Threads cost small data more in waiting than they give.
        if (facts.Rows < 5000) values["threads"] = "1";
        return values;
    }

    private static double Log(Random random, double low, double high) => Math.Exp(Math.Log(low) + random.NextDouble() * (Math.Log(high) - Math.Log(low)));

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    // The framework's own hash codes differ from process to process.
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) ^ (number * 7_919));
}
