namespace Isobar.MultiCloud.Routing.Canary;

/// <summary>Where a canary stands; kept, so that one that was rolled back stays so.</summary>
/// <param name="State"><c>running</c>, <c>promoted</c> or <c>rolledBack</c>.</param>
/// <param name="Step">The number of the step, from 0.</param>
/// <param name="Percent">Its share of the traffic.</param>
/// <param name="Reason">Why it was rolled back.</param>
/// <param name="Since">Since when.</param>
public sealed record CanaryStatus(string Backend, string State, int Step, double Percent, string? Reason, DateTimeOffset Since)
{
    /// <summary>A canary at its first step.</summary>
    public static CanaryStatus Begun(CanaryDefinition canary, DateTimeOffset now) => new(canary.Backend, "running", 0, canary.Steps[0], null, now);

    /// <summary>The next step, or all the traffic after the last one.</summary>
    public CanaryStatus Advanced(CanaryDefinition canary, DateTimeOffset now) =>
        Step + 1 < canary.Steps.Count ? this with { Step = Step + 1, Percent = canary.Steps[Step + 1], Since = now } : this with { State = "promoted", Percent = 100, Since = now };

    /// <summary>Without any traffic, for this reason.</summary>
    public CanaryStatus RolledBack(string reason, DateTimeOffset now) => this with { State = "rolledBack", Percent = 0, Reason = reason, Since = now };
}
