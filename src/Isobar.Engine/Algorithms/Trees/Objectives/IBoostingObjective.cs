namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>A loss that LightGBM does not have: its derivatives are worked out here, round by round.</summary>
internal interface IBoostingObjective
{
    /// <summary>What early stopping watches, as XGBoost calls it.</summary>
    string Metric { get; }
    bool HigherIsBetter { get; }
    /// <summary>Scores of a row; scores and slopes stand one after the other, all rows of the first before those of the second.</summary>
    int Scores => 1;
    /// <summary>The score that every row starts from.</summary>
    double Start { get; }

    /// <summary>The first and second derivatives of the loss by each row's score.</summary>
    void Derive(ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians);

    /// <summary>The watched metric of some rows' scores.</summary>
    double Evaluate(Matrix rows, ReadOnlySpan<double> scores);

    /// <summary>Every measure that fits this loss, of some rows' predictions as the graph gives them; null: those usual for the task.</summary>
    IReadOnlyDictionary<string, double>? Measure(Matrix rows, ReadOnlySpan<float> predictions);
}
