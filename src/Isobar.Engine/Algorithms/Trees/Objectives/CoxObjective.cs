namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>Cox's proportional hazards (Journal of the Royal Statistical Society B 34, 1972) by the partial likelihood, ties as Breslow counts them. A label is the time of the event, or minus the time at which a row was last seen without one.</summary>
internal sealed class CoxObjective(Matrix train) : IBoostingObjective
{
    // A row is at risk until its time: with rows in the order of their times, sums over who is at risk run from the end.
    private readonly int[] _byTime = ByTime(train);
    private (Matrix Rows, int[] ByTime)? _last;

    public string Metric => "cox-nloglik";
    public bool HigherIsBetter => false;
    public double Start => 0;

    public void Derive(ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians)
    {
        var hazards = Hazards(scores, out _);
        double atRisk = hazards.Sum(), passed = 0, passedSquared = 0;
        for (var i = 0; i < _byTime.Length;)
        {
            var (end, gone, events) = Tie(train, _byTime, hazards, i);
            passed += events / atRisk;
            passedSquared += events / (atRisk * atRisk);
            for (; i < end; i++)
            {
                var r = _byTime[i];
                gradients[r] = (float)(Weight(train, r) * ((hazards[r] * passed) - (train.Labels![r] > 0 ? 1 : 0)));
                hessians[r] = (float)(Weight(train, r) * Math.Max((hazards[r] * passed) - (hazards[r] * hazards[r] * passedSquared), 1e-16));
            }
            atRisk = Math.Max(atRisk - gone, double.Epsilon);
        }
    }

    public double Evaluate(Matrix rows, ReadOnlySpan<double> scores)
    {
        var order = Order(rows);
        var hazards = Hazards(scores, out var top);
        double atRisk = hazards.Sum(), sum = 0;
        long events = 0;
        for (var i = 0; i < order.Length;)
        {
            var (end, gone, _) = Tie(rows, order, hazards, i);
            for (; i < end; i++)
            {
                if (rows.Labels![order[i]] <= 0) continue;
                sum += Math.Log(atRisk) + top - scores[order[i]];
                events++;
            }
            atRisk = Math.Max(atRisk - gone, double.Epsilon);
        }
        return events == 0 ? 0 : sum / events;
    }

    public IReadOnlyDictionary<string, double> Measure(Matrix rows, ReadOnlySpan<float> predictions)
    {
        // The graph answers with hazard ratios.
        var scores = predictions.ToArray().Select(p => Math.Log(Math.Max(p, float.Epsilon))).ToArray();
        return new Dictionary<string, double> { [Metric] = Evaluate(rows, scores), ["c-index"] = Concordance(rows, scores) };
    }

    /// <summary>Harrell's concordance: how often, of two rows whose order is known, the one with the higher hazard has its event first; ties of hazard count half.</summary>
    private double Concordance(Matrix rows, double[] scores)
    {
        var order = Order(rows);
        double[] values = [.. scores.Distinct().Order()];
        var ranks = scores.Select(s => Array.BinarySearch(values, s)).ToArray();
        // From the last time to the first, the rows whose time is later are counted by their rank (a Fenwick tree), so that no two rows need be compared.
        var later = new long[values.Length + 1];
        double right = 0, pairs = 0;
        for (int i = order.Length - 1, counted = 0; i >= 0;)
        {
            var time = Math.Abs(rows.Labels![order[i]]);
            var start = i;
            for (; start >= 0 && Math.Abs(rows.Labels[order[start]]) == time; start--)
            {
                if (rows.Labels[order[start]] <= 0) continue;
                long below = Below(ranks[order[start]]), same = Below(ranks[order[start]] + 1) - below;
                right += below + (0.5 * same);
                pairs += counted;
            }
            for (; i > start; i--, counted++)
                for (var at = ranks[order[i]] + 1; at < later.Length; at += at & -at) later[at]++;
        }
        return pairs == 0 ? 0.5 : right / pairs;

        long Below(int rank)
        {
            long sum = 0;
            for (var at = rank; at > 0; at -= at & -at) sum += later[at];
            return sum;
        }
    }

    private static (int End, double Hazard, double Events) Tie(Matrix rows, int[] order, double[] hazards, int from)
    {
        var time = Math.Abs(rows.Labels![order[from]]);
        double hazard = 0, events = 0;
        var end = from;
        for (; end < order.Length && Math.Abs(rows.Labels[order[end]]) == time; end++)
        {
            hazard += hazards[order[end]];
            if (rows.Labels[order[end]] > 0) events++;
        }
        return (end, hazard, events);
    }

    /// <summary>exp(score), with the highest score taken off first so that nothing overflows: every use is a ratio.</summary>
    private static double[] Hazards(ReadOnlySpan<double> scores, out double top)
    {
        top = double.NegativeInfinity;
        foreach (var score in scores) top = Math.Max(top, score);
        var hazards = new double[scores.Length];
        for (var r = 0; r < hazards.Length; r++) hazards[r] = Math.Exp(scores[r] - top);
        return hazards;
    }

    /// <summary>Rows in the order of their times, which no round changes: the training rows and those asked for last are not sorted again.</summary>
    private int[] Order(Matrix rows)
    {
        if (ReferenceEquals(rows, train)) return _byTime;
        if (_last is { } last && ReferenceEquals(last.Rows, rows)) return last.ByTime;
        _last = (rows, ByTime(rows));
        return _last.Value.ByTime;
    }

    private static int[] ByTime(Matrix rows) => [.. Enumerable.Range(0, rows.Rows).OrderBy(r => Math.Abs(rows.Labels![r]))];

    private static double Weight(Matrix rows, int r) => rows.Weights?[r] ?? 1;
}
