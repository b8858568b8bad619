namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>Cox's proportional hazards (Journal of the Royal Statistical Society B 34, 1972) by the partial likelihood, ties as Breslow counts them. A label is the time of the event, or minus the time at which a row was last seen without one.</summary>
internal sealed class CoxObjective(Matrix train) : IBoostingObjective
{
    // A row is at risk until its time: with rows in the order of their times, sums over who is at risk run from the end.
    private readonly int[] _byTime = ByTime(train);

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
        var order = ByTime(rows);
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
        return new Dictionary<string, double> { [Metric] = Evaluate(rows, scores), ["c-index"] = Concordance(rows.Labels!, scores) };
    }

    /// <summary>Harrell's concordance: how often, of two rows whose order is known, the one with the higher hazard has its event first; ties of hazard count half.</summary>
    private static double Concordance(float[] labels, double[] scores)
    {
        double right = 0, pairs = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] <= 0) continue;
            for (var j = 0; j < labels.Length; j++)
            {
                if (Math.Abs(labels[j]) <= labels[i]) continue;
                pairs++;
                right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        }
        return pairs == 0 ? 0.5 : right / pairs;
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

    private static int[] ByTime(Matrix rows) => [.. Enumerable.Range(0, rows.Rows).OrderBy(r => Math.Abs(rows.Labels![r]))];

    private static double Weight(Matrix rows, int r) => rows.Weights?[r] ?? 1;
}
