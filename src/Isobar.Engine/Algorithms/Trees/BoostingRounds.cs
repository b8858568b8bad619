using Isobar.Engine.Algorithms.Trees.Objectives;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>Boosts round by round and measures, whether LightGBM works out the derivatives of the loss or an objective of ours does.</summary>
internal sealed class BoostingRounds(LightGbmBooster booster, FitContext context, IBoostingObjective? objective)
{
    private readonly float[] _gradients = new float[objective is null ? 0 : context.Train.Rows];
    private readonly float[] _hessians = new float[objective is null ? 0 : context.Train.Rows];

    /// <summary>One round; true when no split is worth making any more.</summary>
    public bool Update()
    {
        if (objective is null) return booster.Update();
        objective.Derive(Scores(0, context.Train.Rows), _gradients, _hessians);
        return booster.Update(_gradients, _hessians);
    }

    public double TrainMetric() => objective is null ? booster.Evaluate(0)[0] : objective.Evaluate(context.Train, Scores(0, context.Train.Rows));

    public double ValidationMetric() => objective is null ? booster.Evaluate(1)[0] : objective.Evaluate(context.Validation!, Scores(1, context.Validation!.Rows));

    private double[] Scores(int data, int rows)
    {
        var scores = new double[rows];
        booster.ReadScores(data, scores);
        for (var r = 0; r < rows; r++) scores[r] += objective!.Start;
        return scores;
    }
}
