using System.Text.Json.Nodes;

namespace Isobar.Engine.Pipelines;

/// <summary>An execution's steps by where they stand: a step sees those beside it, and those beside the groups and loops around it.</summary>
internal sealed class PipelineTree
{
    private readonly PipelineExecution _execution;
    private readonly Dictionary<string, StepRun> _names = [];
    private readonly Dictionary<(string? Parent, int? Item, string Local), StepRun> _places = [];
    private readonly ILookup<string?, StepRun> _inner;
    private readonly Dictionary<string, bool> _blocked = [];
    private readonly bool _halted;

    public PipelineTree(PipelineExecution execution)
    {
        _execution = execution;
        foreach (var run in execution.Steps)
        {
            _names[run.Step.Name] = run;
            _places[(run.Parent, run.Item, run.Declared)] = run;
        }
        _inner = execution.Steps.ToLookup(s => s.Parent);
        _halted = !execution.Spec.KeepGoing && execution.Steps.Any(s => s.State is StepState.Failed or StepState.Stopped);
    }

    /// <summary>The steps that a group or loop has made.</summary>
    public IEnumerable<StepRun> Inner(StepRun composite) => _inner[composite.Step.Name];

    /// <summary>The step that a name means from where another stands.</summary>
    public StepRun? See(StepRun from, string name) => See(from.Parent, from.Item, name);

    /// <summary>What must be over before a step starts.</summary>
    public IEnumerable<StepRun> Needs(StepRun run) => run.Step.DependsOn.Concat(run.Step.Guards.Select(g => g.Condition)).Select(n => See(run, n)).OfType<StepRun>();

    /// <summary>Whether a step will never start, something having failed.</summary>
    public bool IsBlocked(StepRun run)
    {
        if (run.State != StepState.Pending || run.Step.Always) return false;
        if (_halted) return true;
        if (_blocked.TryGetValue(run.Step.Name, out var known)) return known;
        return _blocked[run.Step.Name] = Needs(run).Any(n => n.State is StepState.Failed or StepState.Stopped || IsBlocked(n));
    }

    /// <summary>Whether a step may start now.</summary>
    public bool IsReady(StepRun run, DateTimeOffset now)
    {
        if (run.State != StepState.Pending || run.NotBefore > now || IsBlocked(run) || !HasTurn(run)) return false;
        return run.Step.Always ? Needs(run).All(n => n.IsFinal || IsBlocked(n)) : Needs(run).All(n => n.State == StepState.Succeeded);
    }

    /// <summary>What expressions of a step find.</summary>
    public JsonObject Scope(StepRun run, JsonNode? expressions) => Scope(run.Parent, run.Item, expressions);

    /// <summary>What expressions find within a round of a group or an item of a loop.</summary>
    public JsonObject Scope(string? parent, int? item, JsonNode? expressions)
    {
        var used = Expressions.References(expressions).ToList();
        var scope = (JsonObject)_execution.Spec.Variables.DeepClone();
        var steps = new JsonObject();
        foreach (var name in used.Where(r => r[0] == "steps" && r.Count > 1).Select(r => r[1]).Distinct())
            if (See(parent, item, name) is { Outputs: { } outputs }) steps[name] = outputs.DeepClone();
        scope["steps"] = steps;
        var states = new JsonObject();
        foreach (var name in used.Where(r => r[0] == "status" && r.Count > 1).Select(r => r[1]).Distinct())
            if (See(parent, item, name) is { } other) states[name] = new JsonObject { ["state"] = other.State.ToString(), ["reason"] = other.Reason };
        scope["status"] = states;
        // The innermost counts.
        var (hasItem, hasInputs) = (false, false);
        for (var (at, index) = (parent, item); at is not null && _names.TryGetValue(at, out var around); (at, index) = (around.Parent, around.Item))
        {
            if (around.Step.Role == StepRole.Loop && !hasItem) (hasItem, scope["item"]) = (true, ((JsonArray)around.Resolved!)[index!.Value]?.DeepClone());
            if (around.Step.Role == StepRole.Group && !hasInputs) (hasInputs, scope["inputs"]) = (true, around.Rounds[index ?? 0]?.DeepClone());
        }
        return scope;
    }

    private StepRun? See(string? parent, int? item, string name)
    {
        while (true)
        {
            if (_places.TryGetValue((parent, item, name), out var found)) return found;
            if (parent is null || !_names.TryGetValue(parent, out var around)) return null;
            (parent, item) = (around.Parent, around.Item);
        }
    }

    // Where a loop bounds its items, one waits for the end of one that came before it.
    private bool HasTurn(StepRun run)
    {
        if (run.Parent is null || !_names.TryGetValue(run.Parent, out var loop) || loop.Step.Role != StepRole.Loop || loop.Step.MaxParallel <= 0 || run.Item < loop.Step.MaxParallel) return true;
        return Inner(loop).Where(s => s.Item == run.Item - loop.Step.MaxParallel).All(s => s.IsFinal || IsBlocked(s));
    }
}
