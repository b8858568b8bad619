namespace Isobar.Engine.Tuning;

/// <summary>Whether a tuning job is still getting anywhere.</summary>
public static class Progress
{
    /// <summary>Trials that have to pass without a gain before a job counts as converged.</summary>
    public const int Window = 10;
    /// <summary>The least gain that counts, as a share of the best objective.</summary>
    public const double LeastGain = 0.01;

    /// <summary>Trials that gave an objective since the best one did.</summary>
    public static int SinceBest(TuningJob job) => job.Best is { } best ? job.Trials.Count(t => t.Number > best.Number && t.Objective is { } v && !double.IsNaN(v)) : 0;

    /// <summary>Whether the last <see cref="Window"/> trials together bettered the best before them by less than <see cref="LeastGain"/>.</summary>
    public static bool HasConverged(TuningJob job)
    {
        List<double> values = [.. job.Trials.Where(t => t.Objective is { } v && double.IsFinite(v)).Select(t => job.Spec.Maximize ? -t.Objective!.Value : t.Objective!.Value)];
        if (values.Count <= Window) return false;
        double before = values.Take(values.Count - Window).Min(), now = values.Min();
        return before - now <= LeastGain * Math.Abs(before);
    }
}
