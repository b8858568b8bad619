namespace Isobar.Engine.Tuning;

/// <summary>One of several things tuned side by side in one job, such as two algorithms: its own ranges and its own metric.</summary>
/// <param name="Name">Unique in the job; every trial says whose it is.</param>
/// <param name="Ranges">What to tune.</param>
/// <param name="Objective">The metric that decides.</param>
public sealed record TuningArm(string Name, IReadOnlyList<ParameterRange> Ranges, string Objective);

/// <summary>A job of several arms as one job for each: trials take turns, and each arm learns from its own.</summary>
public static class TuningArms
{
    /// <summary>The job as the trials of one arm see it.</summary>
    public static TuningSpec For(this TuningSpec spec, string? arm) =>
        spec.Arms?.FirstOrDefault(a => a.Name == arm) is { } found ? spec with { Ranges = found.Ranges, Objective = found.Objective } : spec;

    /// <summary>The arm and the values of the next trial, or null when no arm has anything left to try.</summary>
    internal static (string? Arm, IReadOnlyDictionary<string, string> Values)? Next(TuningSpec spec, IReadOnlyList<Trial> trials)
    {
        string?[] names = spec.Arms is { Count: > 0 } arms ? [.. arms.Select(a => a.Name)] : [null];
        // An arm whose grid is used up lets the others have its turn.
        foreach (var name in names.OrderBy(n => trials.Count(t => t.Arm == n)))
        {
            List<Trial> own = [.. trials.Where(t => t.Arm == name)];
            if (TrialChooser.Next(spec.For(name), own, own.Count + 1) is { } values) return (name, values);
        }
        return null;
    }
}
