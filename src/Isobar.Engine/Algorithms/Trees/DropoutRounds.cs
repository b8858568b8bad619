using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Trees.Objectives;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>
/// DART (Vinayak and Gilad-Bachrach, AISTATS 2015) as XGBoost has it: each round leaves some earlier rounds out of the scores that it learns from, and shares their weight.
/// LightGBM grows its trees at full size here; their weights are kept beside them.
/// </summary>
internal sealed class DropoutRounds(LightGbmBooster booster, FitContext context, IBoostingObjective objective, double start) : BoostingRounds(booster, context, objective, start)
{
    private readonly Random _random = new(context.Request.Seed);
    private readonly List<Round> _rounds = [];
    private readonly double _rate = context.Values.Float("learning_rate");
    private readonly double _start = start;
    private readonly FitContext _context = context;
    private readonly int _scores = objective.Scores;
    private double[] _trainSums = [], _validationSums = [];

    /// <param name="Trees">Its trees, by LightGBM's iterations.</param>
    private sealed record Round(float[] Train, float[] Validation, int Trees)
    {
        public double Weight { get; set; }
    }

    // 1. choose what to leave out; 2. grow along the slopes without it; 3. note what the new trees add; 4. share the weight.
    public override bool Update()
    {
        // 1.
        var dropped = Dropped();

        // 2.
        var grown = Grown;
        var finished = Grow(Weighted(r => r.Train, _context.Train.Rows, dropped));

        // 3.
        var round = new Round(Added(0, _context.Train.Rows, ref _trainSums), _context.Validation is { } validation ? Added(1, validation.Rows, ref _validationSums) : [], Grown - grown);

        // 4.
        if (round.Trees == 0) return finished;
        var forest = _context.Values["drop_scale"] == "forest";
        var shared = dropped.Count == 0 ? 1 : forest ? 1 / (1 + _rate) : dropped.Count / (dropped.Count + _rate);
        foreach (var i in dropped) _rounds[i].Weight *= shared;
        round.Weight = (dropped.Count == 0 ? _rate : forest ? _rate / (1 + _rate) : _rate / (dropped.Count + _rate)) / _context.Values.Int("parallel_trees");
        _rounds.Add(round);
        return finished;
    }

    public override TreeEnsemble Weigh(TreeEnsemble ensemble)
    {
        var weights = _rounds.SelectMany(r => Enumerable.Repeat(r.Weight, r.Trees * ensemble.Targets)).ToArray();
        return ensemble with { Trees = [.. ensemble.Trees.Select((tree, i) => tree with { Nodes = [.. tree.Nodes.Select(n => n.IsLeaf ? n with { Value = n.Value * (i < weights.Length ? weights[i] : 0) } : n)] })] };
    }

    protected override double[] TrainScores() => Weighted(r => r.Train, _context.Train.Rows, []);

    protected override double[] ValidationScores() => Weighted(r => r.Validation, _context.Validation!.Rows, []);

    private List<int> Dropped()
    {
        var values = _context.Values;
        if (_rounds.Count == 0 || _random.NextDouble() < values.Float("skip_drop")) return [];
        var weighted = values["drop_by"] == "weighted";
        var total = _rounds.Sum(r => r.Weight);
        var dropped = new List<int>();
        for (var i = 0; i < _rounds.Count; i++)
            if (_random.NextDouble() < values.Float("drop_rate") * (weighted && total > 0 ? _rounds.Count * _rounds[i].Weight / total : 1)) dropped.Add(i);
        if (dropped.Count > 0 || !values.Flag("drop_one")) return dropped;
        if (!weighted) return [_random.Next(_rounds.Count)];
        var at = _random.NextDouble() * total;
        var one = 0;
        while (one < _rounds.Count - 1 && at >= _rounds[one].Weight) at -= _rounds[one++].Weight;
        return [one];
    }

    private double[] Weighted(Func<Round, float[]> part, int rows, List<int> without)
    {
        var scores = new double[rows * _scores];
        Array.Fill(scores, _start);
        for (var i = 0; i < _rounds.Count; i++)
        {
            if (without.Contains(i)) continue;
            var added = part(_rounds[i]);
            for (var r = 0; r < scores.Length; r++) scores[r] += _rounds[i].Weight * added[r];
        }
        return scores;
    }

    /// <summary>By how much LightGBM's sums have grown.</summary>
    private float[] Added(int data, int rows, ref double[] before)
    {
        var now = Sums(data, rows, 0);
        var added = new float[now.Length];
        for (var i = 0; i < added.Length; i++) added[i] = (float)(now[i] - (before.Length == 0 ? 0 : before[i]));
        before = now;
        return added;
    }

    /// <summary>What the rounds' scores would take; a fault where that is too much to keep.</summary>
    public static Error? Refuse(FitContext context, int scores)
    {
        const long most = 4L << 30;
        var bytes = ((long)context.Train.Rows + (context.Validation?.Rows ?? 0)) * scores * sizeof(float) * context.Values.Int("rounds");
        return bytes <= most ? null : Error.Invalid("boosting", "dart", $"dart keeps what every round adds to every row: {bytes >> 20} MB here, at most {most >> 20}. Take fewer rounds or rows, or gbdt.");
    }
}
