using Isobar.Engine.Algorithms.Trees.Objectives;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>Boosts round by round and measures, whether LightGBM works out the derivatives of the loss or an objective of ours does.</summary>
/// <param name="start">Of an objective of ours: the score that every row starts from.</param>
internal class BoostingRounds(LightGbmBooster booster, FitContext context, IBoostingObjective? objective, double start)
{
    private readonly float[] _gradients = new float[objective is null ? 0 : context.Train.Rows * objective.Scores];
    private readonly float[] _hessians = new float[objective is null ? 0 : context.Train.Rows * objective.Scores];
    private readonly int _together = context.Values.Int("parallel_trees");
    private readonly SlopeSampling? _sampling = objective is not null && context.Values["row_sampling"] == "gradient" ? new(context) : null;

    /// <summary>LightGBM's iterations so far that grew a tree.</summary>
    public int Grown { get; private set; }

    /// <summary>One round; true when no split is worth making any more.</summary>
    public virtual bool Update() => objective is null ? Count(booster.Update()) : Grow(TrainScores());

    public double TrainMetric() => objective is null ? booster.Evaluate(0)[0] : objective.Evaluate(context.Train, TrainScores());

    public double ValidationMetric() => objective is null ? booster.Evaluate(1)[0] : objective.Evaluate(context.Validation!, ValidationScores());

    /// <summary>The trees as they count in the end.</summary>
    public virtual TreeEnsemble Weigh(TreeEnsemble ensemble) => ensemble;

    protected virtual double[] TrainScores() => Sums(0, context.Train.Rows, start);

    protected virtual double[] ValidationScores() => Sums(1, context.Validation!.Rows, start);

    /// <summary>Grows the trees of a round along the slopes at these scores.</summary>
    protected bool Grow(double[] scores)
    {
        objective!.Derive(scores, _gradients, _hessians);
        var finished = true;
        for (var tree = 0; tree < _together; tree++)
        {
            var (gradients, hessians) = _sampling is null ? (_gradients, _hessians) : _sampling.Draw(_gradients, _hessians);
            finished &= Count(booster.Update(gradients, hessians));
        }
        return finished;
    }

    /// <summary>What LightGBM's trees add up to, over a constant.</summary>
    protected double[] Sums(int data, int rows, double from)
    {
        var scores = new double[rows * objective!.Scores];
        booster.ReadScores(data, scores);
        for (var i = 0; i < scores.Length; i++) scores[i] += from;
        return scores;
    }

    private bool Count(bool finished)
    {
        if (!finished) Grown++;
        return finished;
    }
}
