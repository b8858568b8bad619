using System.Text.Json.Serialization;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>A measure over the folds.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Sd">Their standard deviation; 0 for a single holdout.</param>
public sealed record Spread(double Mean, double Sd)
{
    /// <summary>Over some values.</summary>
    public static Spread Over(IReadOnlyCollection<double> values) => new(values.Average(), Of(values));

    internal static double Of(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2) return 0;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}

/// <summary>How much worse the objective gets when a column is shuffled.</summary>
public sealed record ColumnImportance(string Column, double Mean, double Sd);

/// <summary>A line of the leaderboard.</summary>
/// <param name="Name">Unique within the search; the folder of the candidate's own model, where that was kept.</param>
/// <param name="Algorithm">A name of the catalogue, or <c>weighted-ensemble</c>.</param>
public sealed record LeaderboardRow(string Name, string Algorithm)
{
    /// <summary>What was set; the rest is the algorithm's default. For the ensemble: its members' weights.</summary>
    public IReadOnlyDictionary<string, string> HyperParameters { get; init; } = new Dictionary<string, string>();
    /// <summary>Every measure on held-out rows.</summary>
    public IReadOnlyDictionary<string, Spread> Metrics { get; init; } = new Dictionary<string, Spread>();
    /// <summary><c>completed</c>, <c>failed</c> or <c>timed-out</c>.</summary>
    public string Status { get; init; } = "completed";
    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }
    /// <summary>Time that it took.</summary>
    public double Seconds { get; init; }
    /// <summary>Its weight in the ensemble.</summary>
    public double Weight { get; init; }
    /// <summary>Whether its own model was written.</summary>
    public bool Kept { get; init; }
}

/// <summary><c>leaderboard.json</c>: how a search went, the best first.</summary>
public sealed record Leaderboard
{
    /// <summary>What was learned.</summary>
    public required LearningTask Task { get; init; }
    /// <summary>What ranked.</summary>
    public required string Objective { get; init; }
    /// <summary>Whether larger is better.</summary>
    public required bool Maximize { get; init; }
    /// <summary>Folds; 1 for a holdout.</summary>
    public required int Folds { get; init; }
    /// <summary>Rows that were learned from.</summary>
    public required int Rows { get; init; }
    /// <summary>The seed.</summary>
    public required int Seed { get; init; }
    /// <summary>The ensemble and every candidate, the best first, those without a result last.</summary>
    public required IReadOnlyList<LeaderboardRow> Candidates { get; init; }
    /// <summary>What each column was taken for.</summary>
    public required IReadOnlyList<InferredColumn> Columns { get; init; }
    /// <summary>Permutation importance, the strongest first; empty where it was not asked for.</summary>
    public IReadOnlyList<ColumnImportance> Importance { get; init; } = [];
}

/// <summary>Serialization of leaderboards.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Leaderboard))]

public sealed partial class AutoMlJson : JsonSerializerContext;
