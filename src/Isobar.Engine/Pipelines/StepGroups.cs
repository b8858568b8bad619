using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Pipelines;

/// <summary>Starts and ends steps that are made of steps: loops and groups.</summary>
internal sealed class StepGroups(TimeProvider time, Func<StepRun, Task<PipelineExecution>> save, Func<Func<PipelineExecution, PipelineExecution>, Task<PipelineExecution>> change)
{
    public Task<PipelineExecution> StartAsync(StepRun run, JsonNode? arguments)
    {
        run = run with { State = StepState.Running, Attempts = run.Attempts + 1, Resolved = arguments };
        if (run.Step.Role == StepRole.Group) return OpenAsync(run with { Rounds = [arguments?.DeepClone()] }, [0]);
        if (Items(arguments) is not { } items) return EndAsync(run, StepState.Failed, null, $"ClientError: a loop goes over a list, not '{Expressions.Text(arguments)}'");
        var steps = (long)items.Count * run.Step.Steps.Count;
        return steps > StepExpansion.MaxSteps
            ? EndAsync(run, StepState.Failed, null, $"ClientError: the loop would make {steps} steps; at most {StepExpansion.MaxSteps} are made")
            : OpenAsync(run with { Resolved = items }, Enumerable.Range(0, items.Count));
    }

    public Task<PipelineExecution> LookAsync(PipelineExecution at, StepRun run)
    {
        var tree = new PipelineTree(at);
        var inner = tree.Inner(run).ToList();
        if (inner.Exists(s => s.State == StepState.Running)) return Task.FromResult(at);
        if (at.State == ExecutionState.Stopping) return EndAsync(run, StepState.Stopped, null, null);
        if (inner.Exists(s => s.State == StepState.Pending && !tree.IsBlocked(s))) return Task.FromResult(at);
        if (inner.Find(s => s.State is StepState.Failed or StepState.Stopped) is { } failed)
            return EndAsync(run, StepState.Failed, null, $"The step '{failed.Declared}' of '{run.Declared}' {(failed.State == StepState.Failed ? "failed" : "was stopped")}{(failed.Reason is { } why ? $": {why}" : "")}");
        if (inner.Exists(s => s.State == StepState.Pending)) return EndAsync(run, StepState.Stopped, null, "Another step failed");
        return run.Step.Role == StepRole.Loop ? EndAsync(run, StepState.Succeeded, Collected(run, inner), null) : RoundAsync(tree, run);
    }

    // A round is over: 1. is there another; 2. with which inputs; 3. else what it all gave.
    private Task<PipelineExecution> RoundAsync(PipelineTree tree, StepRun run)
    {
        var round = run.Rounds.Count - 1;
        if (run.Step.Again is { } again && round + 1 < again.MaxRounds)
        {
            // 1.
            if (!Expressions.Resolve(again.While, tree.Scope(run.Step.Name, round, again.While)).TryGet(out var more, out var error)) return FailAsync(error);
            if (Expressions.Text(more) is "true" or "True")
            {
                // 2.
                if (!Expressions.Resolve(again.Inputs, tree.Scope(run.Step.Name, round, again.Inputs)).TryGet(out var changed, out error)) return FailAsync(error);
                return OpenAsync(run with { Rounds = [.. run.Rounds, Laid(run.Rounds[round], changed)] }, [round + 1]);
            }
        }
        // 3.
        return Expressions.Resolve(run.Step.Results, tree.Scope(run.Step.Name, round, run.Step.Results)).TryGet(out var outputs, out var fault)
            ? EndAsync(run, StepState.Succeeded, outputs, null)
            : FailAsync(fault);

        Task<PipelineExecution> FailAsync(Error error) => EndAsync(run, StepState.Failed, null, $"ClientError: {error.Message}");
    }

    // One write for the group and its steps: a server that is killed leaves either both or none.
    private Task<PipelineExecution> OpenAsync(StepRun run, IEnumerable<int> items)
    {
        var made = items.SelectMany(i => StepExpansion.Of(run.Step, i)).ToList();
        return change(e => e.With(run) is var with && made.Count > 0 && e.Find(made[0].Step.Name) is not null ? with : with with { Steps = [.. with.Steps, .. made] });
    }

    private Task<PipelineExecution> EndAsync(StepRun run, StepState state, JsonNode? outputs, string? reason) =>
        save(run with { State = state, Ended = time.GetUtcNow(), Outputs = outputs, Reason = reason });

    /// <summary>Under each inner step's name, what it gave for each item.</summary>
    private static JsonObject Collected(StepRun run, List<StepRun> inner) =>
        new(run.Step.Steps.Select(s => KeyValuePair.Create(s.Name, (JsonNode?)new JsonArray([.. inner.Where(i => i.Declared == s.Name).OrderBy(i => i.Item).Select(i => i.Outputs?.DeepClone())]))));

    private static JsonArray? Items(JsonNode? node)
    {
        if (node is JsonArray list) return (JsonArray)list.DeepClone();
        try { return node is JsonValue value && value.TryGetValue<string>(out var text) ? JsonNode.Parse(text) as JsonArray : null; }
        catch (JsonException) { return null; }
    }

    private static JsonNode? Laid(JsonNode? inputs, JsonNode? changed)
    {
        if (inputs is not JsonObject before || changed is not JsonObject members) return changed ?? inputs?.DeepClone();
        var laid = (JsonObject)before.DeepClone();
        foreach (var (name, value) in members)
            laid[name] = laid[name] is JsonObject old && value is JsonObject ? Laid(old, value) : value?.DeepClone();
        return laid;
    }
}
