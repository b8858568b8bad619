using Isobar.Engine.Training;

namespace Isobar.Engine.Tuning;

/// <summary>Finds running trials that are not worth going on with.</summary>
internal static class EarlyStopper
{
    private const int Halving = 3;
    private const int MinOthers = 3;

    /// <summary>Whether a trial's metric so far puts it behind. <paramref name="curves"/> holds the objective by step, per trial number.</summary>
    public static bool ShouldStop(TuningSpec spec, Trial trial, IReadOnlyDictionary<int, IReadOnlyList<JobMetric>> curves)
    {
        var mine = Steps(curves.GetValueOrDefault(trial.Number));
        if (mine.Count == 0) return false;
        if (spec.Strategy == TuningStrategy.Hyperband) return BehindInRung(spec, trial, mine, curves);
        if (!spec.EarlyStopping) return false;
        // The median rule (Golovin et al., KDD 2017): behind the median of the others' running best at the same step.
        var step = mine.Keys.Max();
        var others = Best(spec, trial.Number, step, curves);
        return others.Count >= MinOthers && Worse(spec, BestUpTo(spec, mine, step), others[others.Count / 2]);
    }

    /// <summary>Asynchronous successive halving (Li et al., MLSys 2020): at each rung, a power of three times the least resource, only the best third goes on.</summary>
    private static bool BehindInRung(TuningSpec spec, Trial trial, SortedDictionary<int, double> mine, IReadOnlyDictionary<int, IReadOnlyList<JobMetric>> curves)
    {
        var (min, max) = spec.Resource ?? (1, 81);
        // Brackets differ in where the first rung stands: trial by trial in turn, so that a slow starter has its chance.
        var brackets = Math.Max(1, (int)Math.Floor(Math.Log((double)max / min, Halving)));
        for (var rung = min * (int)Math.Pow(Halving, trial.Number % brackets); rung < max; rung *= Halving)
        {
            if (mine.Keys.Max() + 1 < rung) return false;
            var others = Best(spec, trial.Number, rung - 1, curves);
            if (others.Count < Halving - 1) continue;
            var keep = (others.Count + 1) / Halving;
            var rank = others.Count(o => Worse(spec, BestUpTo(spec, mine, rung - 1), o));
            if (rank >= Math.Max(1, keep)) return true;
        }
        return false;
    }

    private static List<double> Best(TuningSpec spec, int except, int step, IReadOnlyDictionary<int, IReadOnlyList<JobMetric>> curves)
    {
        var best = curves.Where(c => c.Key != except).Select(c => Steps(c.Value)).Where(s => s.Count > 0 && s.Keys.Max() >= step).Select(s => BestUpTo(spec, s, step)).ToList();
        best.Sort();
        return best;
    }

    private static double BestUpTo(TuningSpec spec, SortedDictionary<int, double> steps, int step)
    {
        var until = steps.Where(s => s.Key <= step).Select(s => s.Value).DefaultIfEmpty(spec.Maximize ? double.NegativeInfinity : double.PositiveInfinity);
        return spec.Maximize ? until.Max() : until.Min();
    }

    private static bool Worse(TuningSpec spec, double a, double b) => spec.Maximize ? a < b : a > b;

    private static SortedDictionary<int, double> Steps(IReadOnlyList<JobMetric>? curve)
    {
        var steps = new SortedDictionary<int, double>();
        if (curve is null) return steps;
        for (var i = 0; i < curve.Count; i++) steps[curve[i].Step ?? i] = curve[i].Value;
        return steps;
    }
}
