namespace Isobar.MultiCloud.Routing.Canary;

/// <summary>What one look says.</summary>
public enum CanaryVerdict
{
    /// <summary>Nothing yet.</summary>
    Wait,
    /// <summary>The step is over and nothing was found against the canary.</summary>
    Advance,
    /// <summary>The canary is worse than the baseline.</summary>
    RollBack,
}

/// <summary>A look at a canary.</summary>
/// <param name="Reason">In words, where it is rolled back.</param>
public sealed record CanaryLook(CanaryVerdict Verdict, string? Reason);

/// <summary>
/// Compares a canary with the backends that run beside it, in the same time and under the same load. A look is taken each time that the canary has answered
/// half as much again. Looking often finds differences by chance, so that the k-th look may err with the chance a·6/(π²k²) only, half of it for failures and half for
/// latency: over all looks, however many, the chance to roll a good canary back stays below a.
/// </summary>
public sealed class CanaryAnalysis(CanaryDefinition canary)
{
    private const int FirstLook = 20;
    private const double Growth = 1.5;
    // A difference that no caller would notice is no reason, however sure it is.
    private const double NoticeablySlower = 0.55;
    private int _looks;
    private double _next = FirstLook;

    /// <summary>Looks taken.</summary>
    public int Looks => _looks;

    /// <summary>Begins the next step, with counts of its own.</summary>
    public void NextStep() => _next = FirstLook;

    /// <summary>Compares what was seen in this step.</summary>
    /// <param name="elapsed">How long the step has lasted.</param>
    public CanaryLook Look(CanarySample trial, CanarySample baseline, TimeSpan elapsed = default)
    {
        var full = trial.Total >= canary.RequestsPerStep && elapsed >= TimeSpan.FromSeconds(canary.StepSeconds);
        if (!full && trial.Total < _next) return new(CanaryVerdict.Wait, null);
        _next = Math.Max(_next, trial.Total) * Growth;
        _looks++;
        var allowed = canary.FalseAlarm * 6 / (Math.PI * Math.PI * _looks * _looks) / 2;

        // At the end of a step the share itself decides; before it, only what chance does not explain.
        var ceiling = BinomialTest.AtLeast(trial.Failed, trial.Total, canary.MaxFailureShare);
        if (ceiling <= allowed || full && trial.Failed > canary.MaxFailureShare * trial.Total) return new(CanaryVerdict.RollBack, FormattableString.Invariant($"{trial.Failed} of {trial.Total} requests to the canary failed; at most {100 * canary.MaxFailureShare:0.##} % may."));
        var failures = FisherTest.Worse(trial.Failed, trial.Total, baseline.Failed, baseline.Total);
        if (failures <= allowed) return new(CanaryVerdict.RollBack, FormattableString.Invariant($"{trial.Failed} of {trial.Total} requests to the canary failed and {baseline.Failed} of {baseline.Total} beside it; by chance that happens with p = {failures:g2} (at most {allowed:g2} is allowed at look {_looks})."));
        var (slow, share) = MannWhitneyTest.Slower(trial.Times, baseline.Times, canary.LatencyTolerance);
        if (slow <= allowed && share >= NoticeablySlower) return new(CanaryVerdict.RollBack, FormattableString.Invariant($"The canary is more than {canary.LatencyTolerance:0.##} times as slow: its answer is the later one in {100 * share:0} % of pairs even so; by chance that happens with p = {slow:g2} (at most {allowed:g2} is allowed at look {_looks})."));
        return new(full ? CanaryVerdict.Advance : CanaryVerdict.Wait, null);
    }
}
