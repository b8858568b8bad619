using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms;

/// <summary>An algorithm of the catalogue.</summary>
internal interface IAlgorithm
{
    string Name { get; }
    IReadOnlyList<LearningTask> Tasks { get; }
    IReadOnlyList<HyperParameter> HyperParameters { get; }
    /// <summary>What it wants done to the columns before it sees them.</summary>
    EncodingNeeds Needs { get; }
    /// <summary>The same, where it depends on the values.</summary>
    EncodingNeeds NeedsFor(HyperParameterValues values) => Needs;
    Result<IFittedModel> Fit(FitContext context, CancellationToken ct);
}

/// <summary>A fitted model that can write itself into a graph.</summary>
internal interface IFittedModel
{
    /// <summary>Adds the model over the encoded features [N, D] and declares the outputs.</summary>
    void AddTo(GraphBuilder graph, string features, FitContext context);
    /// <summary>Weights of the encoded features, or null.</summary>
    double[]? Importance => null;
    /// <summary>Numbers that its graph holds for one row while it runs.</summary>
    int RowWidth => 1;
    /// <summary>The measures of some rows' predictions, where those usual for the task say nothing; otherwise null.</summary>
    IReadOnlyDictionary<string, double>? Measure(Matrix rows, ReadOnlySpan<float> predictions) => null;
    /// <summary>Rows of a channel that are scored for the metrics at most; a model whose every prediction is a search sets a bound.</summary>
    int ScoredRows => int.MaxValue;
}

/// <summary>Everything that a fit reads.</summary>
internal sealed record FitContext(TrainingRequest Request, HyperParameterValues Values, Matrix Train, Matrix? Validation, IReadOnlyList<string>? Classes, ITrainingProgress Progress, string? Checkpoints)
{
    public LearningTask Task => Request.Task;
    public int ClassCount => Classes?.Count ?? 1;
    /// <summary>Whether anybody reads the metrics of the rounds.</summary>
    public bool Watched { get; init; } = true;
    /// <summary>Where boosting writes down what the validation rows said after each round; it keeps all rounds then, for somebody else to choose among. Null: it keeps those up to the best.</summary>
    public IList<double>? Rounds { get; init; }
}
