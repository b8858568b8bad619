using System.Globalization;

namespace Isobar.Engine.Pipelines;

/// <summary>Makes the inner steps of a group or a loop, once for each round or item. What they refer to is looked up from where they stand (<see cref="PipelineTree"/>), so nothing is rewritten but their names.</summary>
internal static class StepExpansion
{
    /// <summary>More steps than these a loop does not make: an execution is one document.</summary>
    public const int MaxSteps = 5000;

    public static IEnumerable<StepRun> Of(PipelineStep composite, int item)
    {
        var prefix = composite.Role == StepRole.Group && composite.Again is null ? composite.Name : string.Create(CultureInfo.InvariantCulture, $"{composite.Name}.{item}");
        return composite.Steps.Select(s => new StepRun { Step = s with { Name = $"{prefix}.{s.Name}" }, Local = s.Name, Parent = composite.Name, Item = item });
    }
}
