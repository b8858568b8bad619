using System.Text.Json.Nodes;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>A pipeline job's settings, in either spelling.</summary>
/// <param name="Compute">Where nodes run that name none.</param>
/// <param name="ForceRerun">Whether nothing is taken over from earlier runs.</param>
/// <param name="KeepGoing">Whether what does not depend on a failed node still runs.</param>
internal sealed record PipelineSettings(string? Compute, bool ForceRerun, bool KeepGoing, string? OnInit, string? OnFinalize)
{
    public static PipelineSettings Of(JsonObject properties)
    {
        var given = properties["settings"] as JsonObject ?? [];
        string? Text(string snake, string camel) => Expressions.Text(given[snake] ?? given[camel]) is { Length: > 0 } text ? text : null;
        bool Flag(string snake, string camel, bool standard) => Text(snake, camel) is { } text ? text is "true" or "True" : standard;
        return new PipelineSettings(
            Text("default_compute", "defaultCompute") ?? (Expressions.Text(properties["computeId"]) is { Length: > 0 } compute ? compute : null),
            Flag("force_rerun", "forceRerun", false), Flag("continue_on_step_failure", "continueOnStepFailure", true), Text("on_init", "onInit"), Text("on_finalize", "onFinalize"));
    }

    /// <summary>Steps with the first before all others, and the last behind them whatever became of them.</summary>
    public List<PipelineStep> Framed(List<PipelineStep> steps, Bindings bindings)
    {
        var (first, last) = (Find(steps, OnInit, "on_init", bindings), Find(steps, OnFinalize, "on_finalize", bindings));
        if (first is null && last is null) return steps;
        return [.. steps.Select(s => s.Name == first ? s
            : s.Name == last ? s with { Always = true, DependsOn = [.. s.DependsOn.Concat(steps.Select(o => o.Name).Where(n => n != last)).Distinct()] }
            : first is null ? s : s with { DependsOn = [.. s.DependsOn.Append(first).Distinct()] })];
    }

    // Those of an inner pipeline have other names.
    private static string? Find(List<PipelineStep> steps, string? name, string field, Bindings bindings) =>
        name is null || !steps.Exists(s => name.Contains(s.Name, StringComparison.Ordinal)) ? null : bindings.Node(name, $"properties.settings.{field}");
}
