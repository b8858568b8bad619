using Isobar.Core.Results;

namespace Isobar.Engine.Pipelines;

/// <summary>Finds what is wrong with a graph before it runs.</summary>
internal static class PipelineCheck
{
    private const int MaxSteps = 1000;

    public static Error? Faults(PipelineSpec spec)
    {
        var faults = new List<Fault>();
        Check(spec.Steps, [], faults);
        var all = Flat(spec.Steps).Count();
        if (all == 0) faults.Add(new Fault("steps", "", "there is no step"));
        if (all > MaxSteps) faults.Add(new Fault("steps", all.ToString(System.Globalization.CultureInfo.InvariantCulture), $"there are at most {MaxSteps} steps"));
        return faults.Count == 0 ? null : new Error(ErrorCode.InvalidArgument, string.Join("; ", faults.Select(f => $"{f.Field}: '{f.Value}' {f.Message}"))) { Faults = faults };
    }

    private static void Check(IReadOnlyList<PipelineStep> steps, IReadOnlyList<string> outside, List<Fault> faults)
    {
        foreach (var twice in steps.GroupBy(s => s.Name).Where(g => g.Count() > 1)) faults.Add(new Fault("name", twice.Key, "is used by more than one step"));
        string[] known = [.. steps.Select(s => s.Name), .. outside];
        foreach (var step in steps)
        {
            foreach (var name in step.DependsOn.Concat(step.Guards.Select(g => g.Condition)).Distinct().Where(n => !known.Contains(n)))
                faults.Add(new Fault($"{step.Name}.dependsOn", name, "is no step of this pipeline"));
            if (step.Role is StepRole.Loop or StepRole.Group) Check(step.Steps, known, faults);
        }
        // What depends on nothing that is left can be taken away; what stays goes in a circle.
        var left = steps.ToList();
        while (left.RemoveAll(s => !Needs(s).Any(n => left.Exists(l => l.Name == n))) > 0) { /* Until nothing more goes. */ }
        if (left.Count > 0) faults.Add(new Fault("dependsOn", string.Join(", ", left.Select(s => s.Name)), "depend on each other in a circle"));
    }

    private static IEnumerable<string> Needs(PipelineStep step) => step.DependsOn.Concat(step.Guards.Select(g => g.Condition));

    private static IEnumerable<PipelineStep> Flat(IEnumerable<PipelineStep> steps) => steps.SelectMany(s => Flat(s.Steps).Prepend(s));
}
