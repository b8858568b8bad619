namespace Isobar.Engine.Monitoring.Quality;

/// <summary>A bound of a quality metric.</summary>
/// <param name="Metric">Such as <c>f1</c> or <c>rmse</c>.</param>
/// <param name="IsMinimum">Whether the metric must not be below the threshold, rather than above.</param>
public sealed record QualityConstraint(string Metric, double Threshold, bool IsMinimum);

/// <summary>How good a model's answers were.</summary>
public sealed record QualityReport
{
    /// <summary>The kind of question.</summary>
    public required ProblemKind Problem { get; init; }
    /// <summary>Answers with a known truth.</summary>
    public required long Rows { get; init; }
    /// <summary>Metrics by name: accuracy, precision, recall, f1, auc, mae, rmse, r2 and so on, as the problem has them.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }
    /// <summary>Counts by true class, then predicted class; empty for regression.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Confusion { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, long>>();
    /// <summary>The analysed time, where it was a run.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>The end of the analysed time.</summary>
    public DateTimeOffset? To { get; init; }
}
