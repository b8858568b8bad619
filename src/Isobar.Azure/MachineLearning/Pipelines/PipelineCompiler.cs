using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>
/// Compiles the jobs of a pipeline to steps: a command, sweep or search is a task, a pipeline a group, <c>if_else</c> a condition, <c>do_while</c> a group that is run again,
/// <c>parallel_for</c> a loop. A node that a loop has as its body stands inside that loop.
/// </summary>
internal sealed class PipelineCompiler(MlWorkspace workspace, NodeComponents components, PipelineSettings settings, CancellationToken ct)
{
    public const string Command = "command", Sweep = "sweep", AutoMl = "automl", Pipeline = "pipeline", IfElse = "if_else", DoWhile = "do_while", ParallelFor = "parallel_for";
    private const int MaxDepth = 16, MaxRounds = 1000;
    private static readonly string[] Types = [Command, Sweep, AutoMl, Pipeline, IfElse, DoWhile, ParallelFor];

    /// <param name="targets">Where the pipeline's outputs go.</param>
    public async Task<IReadOnlyList<PipelineStep>> CompileAsync(JsonObject jobs, string field, IReadOnlyDictionary<string, string> targets, int depth = 0)
    {
        if (depth > MaxDepth) throw ArmFault.Invalid(field, null, $"pipelines lie more than {MaxDepth} deep in each other");
        // 1. Which nodes are the bodies of loops; 2. the others, with what loops need of their bodies; 3. which branch they stand in.
        var names = jobs.Select(j => j.Key).ToList();
        foreach (var name in names) Ml.CheckName($"{field}.{name}", name);
        var loops = jobs.Where(j => Type(j.Value, $"{field}.{j.Key}") is DoWhile or ParallelFor).ToList();
        var plain = new Bindings(names, new Dictionary<string, (string, string?)>());
        var moved = new Dictionary<string, (string Step, string? Loop)>();
        foreach (var (name, node) in loops)
        {
            var body = plain.Node(node!["body"], $"{field}.{name}.body");
            moved[body] = (name, Type(node, field) == ParallelFor ? body : null);
            if (Type(node, field) == ParallelFor) moved[name] = (name, body);
        }
        var bindings = new Bindings(names, moved);
        var steps = new List<PipelineStep>();
        foreach (var (name, node) in jobs.Where(j => j.Value is JsonObject && !(moved.TryGetValue(j.Key, out var place) && place.Step != j.Key)))
            steps.Add(await NodeAsync(name, (JsonObject)node!, jobs, bindings, $"{field}.{name}", targets, depth).ConfigureAwait(false));
        return Guarded(steps, jobs, bindings, field);
    }

    private Task<PipelineStep> NodeAsync(string name, JsonObject node, JsonObject jobs, Bindings bindings, string field, IReadOnlyDictionary<string, string> targets, int depth) => Type(node, field) switch
    {
        IfElse => Task.FromResult(Condition(name, node, bindings, field)),
        DoWhile => DoWhileAsync(name, node, jobs, bindings, field, targets, depth),
        ParallelFor => ParallelForAsync(name, node, jobs, bindings, field, targets, depth),
        _ => WorkAsync(name, node, bindings, field, targets, depth),
    };

    /// <summary>A node that does something: a command, a sweep, a search, a pipeline.</summary>
    private async Task<PipelineStep> WorkAsync(string name, JsonObject node, Bindings bindings, string field, IReadOnlyDictionary<string, string> targets, int depth)
    {
        var component = await components.ReadAsync(workspace, node, field, ct).ConfigureAwait(false);
        var needs = new HashSet<string>();
        var inputs = new JsonObject();
        foreach (var (port, value) in node.Object("inputs", field) ?? []) inputs[port] = bindings.Input(value, $"{field}.inputs.{port}", needs);
        foreach (var (port, definition) in component["inputs"] as JsonObject ?? [])
            if (!inputs.ContainsKey(port) && definition?["default"] is { } standard) inputs[port] = Bindings.Literal(standard.DeepClone());
        var outputs = new JsonObject();
        foreach (var (port, definition) in component["outputs"] as JsonObject ?? []) outputs[port] = new JsonObject { ["jobOutputType"] = Port(Expressions.Text(definition?["type"])) };
        var bound = new Dictionary<string, string>();
        foreach (var (port, value) in node.Object("outputs", field) ?? [])
        {
            var output = outputs[port] as JsonObject ?? new JsonObject { ["jobOutputType"] = "uri_folder" };
            if (Bindings.ParentOutput(value) is { } parent) { if (targets.TryGetValue(parent, out var uri)) (output["uri"], bound[port]) = (uri, uri); }
            else if (value is JsonObject given)
                foreach (var (key, own) in Bindings.Camel(given)) output[key == "path" ? "uri" : key == "type" ? "jobOutputType" : key] = own?.DeepClone();
            outputs[port] = output.DeepClone();
        }
        var type = Expressions.Text(node["type"]) is { Length: > 0 } told ? told : Expressions.Text(component["type"]) is { Length: > 0 } own2 ? own2 : Command;
        if (type == Pipeline || component["jobs"] is JsonObject)
        {
            var inner = component["jobs"] as JsonObject ?? throw ArmFault.Required($"{field}.jobs");
            return new PipelineStep
            {
                Name = name, Kind = Pipeline, Role = StepRole.Group, Arguments = inputs, DependsOn = [.. needs],
                Steps = await CompileAsync(inner, $"{field}.jobs", bound, depth + 1).ConfigureAwait(false), Results = Results(inner),
            };
        }
        if (type == Command && Expressions.Text(component["command"]).Length == 0) throw ArmFault.Invalid(field, name, "needs a component with a command (componentId, component), or a command of its own");
        var compute = Expressions.Text(node["computeId"] ?? node["compute"]) is { Length: > 0 } chosen ? chosen : settings.Compute;
        if (type == AutoMl)
            foreach (var (port, value) in NodeAutoMl.Inputs(node, bindings, field, needs).ToList()) inputs[port] = value?.DeepClone();
        // What a node is, without anything of this run: equal nodes of two runs must look alike.
        var data = new JsonObject { ["type"] = type, ["component"] = component, ["outputs"] = outputs, ["compute"] = compute, ["displayName"] = (node["displayName"] ?? node["display_name"])?.DeepClone() };
        foreach (var (from, to) in new[] { ("environmentVariables", "environmentVariables"), ("environment_variables", "environmentVariables"), ("resources", "resources"), ("limits", "limits"), ("tags", "tags"),
            ("objective", "objective"), ("searchSpace", "searchSpace"), ("search_space", "searchSpace"), ("samplingAlgorithm", "samplingAlgorithm"), ("sampling_algorithm", "samplingAlgorithm"), ("earlyTermination", "earlyTermination"), ("early_termination", "earlyTermination") })
            if (node[from] is { } value) data[to] = value.DeepClone();
        if (type == AutoMl)
        {
            data.Remove("limits");
            data["taskDetails"] = NodeAutoMl.Details(node, field);
        }
        var deterministic = Expressions.Text(component["is_deterministic"] ?? component["isDeterministic"]) != "false";
        return new PipelineStep
        {
            Name = name, Kind = type, Arguments = inputs, Data = data, DependsOn = [.. needs],
            Cache = type == Command && deterministic && !settings.ForceRerun ? new StepCaching($"{workspace.Id.Key}/reuse") : null,
        };
    }

    private static PipelineStep Condition(string name, JsonObject node, Bindings bindings, string field)
    {
        var needs = new HashSet<string>();
        JsonNode? truth = Bindings.IsBinding(node["condition"]) ? Expressions.Member(bindings.Reference(Expressions.Text(node["condition"]), $"{field}.condition", needs), "value")
            : Expressions.Text(node["condition"]) is "true" or "True" or "false" or "False" ? node["condition"]!.DeepClone()
            : throw ArmFault.Invalid($"{field}.condition", node["condition"]?.ToJsonString(), "must be true, false, ${{parent.inputs.NAME}} or ${{parent.jobs.NODE.outputs.NAME}}");
        return new PipelineStep { Name = name, Kind = IfElse, Role = StepRole.Condition, Arguments = truth, DependsOn = [.. needs] };
    }

    private async Task<PipelineStep> DoWhileAsync(string name, JsonObject node, JsonObject jobs, Bindings bindings, string field, IReadOnlyDictionary<string, string> targets, int depth)
    {
        var body = bindings.Node(node["body"], $"{field}.body");
        var inner = await NodeAsync(body, (JsonObject)jobs[body]!, jobs, bindings, $"{field}.{body}", targets, depth).ConfigureAwait(false);
        var initial = inner.Arguments as JsonObject ?? [];
        var limit = (node["limits"] as JsonObject)?["max_iteration_count"] ?? (node["limits"] as JsonObject)?["maxIterationCount"];
        var rounds = int.TryParse(Expressions.Text(limit), out var most) && most is > 0 and <= MaxRounds ? most : throw ArmFault.Invalid($"{field}.limits.max_iteration_count", Expressions.Text(limit), $"must be a whole number from 1 to {MaxRounds}");
        var next = new JsonObject();
        foreach (var (output, ports) in node.Object("mapping", field) ?? [])
            foreach (var port in ports as JsonArray ?? new JsonArray(ports?.DeepClone())) next[Bindings.Port(port)] = Expressions.Ref("steps", body, "outputs", Bindings.Port(output));
        return new PipelineStep
        {
            Name = name, Kind = DoWhile, Role = StepRole.Group, Arguments = initial.DeepClone(), DependsOn = inner.DependsOn,
            Steps = [Passed(inner, n => Expressions.First(Expressions.Ref("inputs", n)))],
            Again = new GroupRepetition(Expressions.Ref("steps", body, "outputs", Bindings.Port(node["condition"]), "value"), next, rounds),
            Results = Expressions.Ref("steps", body),
        };
    }

    private async Task<PipelineStep> ParallelForAsync(string name, JsonObject node, JsonObject jobs, Bindings bindings, string field, IReadOnlyDictionary<string, string> targets, int depth)
    {
        var body = bindings.Node(node["body"], $"{field}.body");
        var inner = await NodeAsync(body, (JsonObject)jobs[body]!, jobs, bindings, $"{field}.{body}", targets, depth).ConfigureAwait(false);
        var needs = new HashSet<string>(inner.DependsOn);
        JsonNode? items = node["items"] switch
        {
            JsonArray list => list.DeepClone(),
            JsonObject map => new JsonArray([.. map.Select(i => i.Value?.DeepClone())]),
            var text when Bindings.IsBinding(text) => Expressions.Json(Expressions.Member(bindings.Reference(Expressions.Text(text), $"{field}.items", needs), "value")),
            JsonValue text => Expressions.Text(text),
            _ => throw ArmFault.Required($"{field}.items"),
        };
        var all = inner.Arguments as JsonObject ?? [];
        var varied = (items as JsonArray ?? []).OfType<JsonObject>().SelectMany(i => i.Select(p => p.Key)).Concat((inner.Data?["component"]?["inputs"] as JsonObject ?? []).Select(p => p.Key)).Distinct().Where(n => !all.ContainsKey(n)).ToList();
        var arguments = new JsonObject();
        foreach (var (port, value) in all) arguments[port] = Expressions.First(Expressions.Ref("item", port), value?.DeepClone());
        foreach (var port in varied) arguments[port] = Expressions.First(Expressions.Ref("item", port));
        var limit = Expressions.Text(node["max_concurrency"] ?? node["maxConcurrency"]);
        return new PipelineStep
        {
            Name = name, Kind = ParallelFor, Role = StepRole.Loop, Arguments = items, DependsOn = [.. needs],
            MaxParallel = int.TryParse(limit, out var most) && most > 0 ? most : 0,
            Steps = [inner with { Arguments = arguments, DependsOn = [] }],
        };
    }

    // A body stands alone in its loop: what it needs, the loop needs.
    private static PipelineStep Passed(PipelineStep inner, Func<string, JsonNode> value) =>
        inner with { Arguments = new JsonObject((inner.Arguments as JsonObject ?? []).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)value(p.Key)))), DependsOn = [] };

    /// <summary>Puts the branches of conditions under their guards, and the nodes of on_init and on_finalize before and behind all others.</summary>
    private List<PipelineStep> Guarded(List<PipelineStep> steps, JsonObject jobs, Bindings bindings, string field)
    {
        foreach (var (name, node) in jobs.Where(j => Type(j.Value, field) == IfElse))
        {
            foreach (var (block, outcome) in new[] { ("true_block", true), ("false_block", false) })
            {
                if (node![block] is not { } blocks) continue;
                foreach (var each in blocks as JsonArray ?? new JsonArray(blocks.DeepClone()))
                {
                    var at = steps.FindIndex(s => s.Name == bindings.Node(each, $"{field}.{name}.{block}"));
                    if (at < 0) throw ArmFault.Invalid($"{field}.{name}.{block}", Expressions.Text(each), "must not be the body of a loop: name the loop");
                    steps[at] = steps[at] with { Guards = [.. steps[at].Guards, new StepGuard(name, outcome)] };
                }
            }
            if (node!["true_block"] is null && node["false_block"] is null) throw ArmFault.Invalid($"{field}.{name}", null, "needs true_block or false_block");
        }
        return settings.Framed(steps, bindings);
    }

    private static JsonObject Results(JsonObject jobs)
    {
        var outputs = new JsonObject();
        foreach (var (name, node) in jobs)
            foreach (var (port, value) in node?["outputs"] as JsonObject ?? [])
                if (Bindings.ParentOutput(value) is { } parent) outputs[parent] = Expressions.First(outputs[parent]?.DeepClone(), Expressions.Ref("steps", name, "outputs", port));
        return new JsonObject { ["outputs"] = outputs };
    }

    private static string Type(JsonNode? node, string field)
    {
        var type = Expressions.Text(node?["type"]);
        return type.Length == 0 ? Command : Types.Contains(type) ? type : throw ArmFault.Unsupported($"{field}.type '{type}' is not supported here; {string.Join(", ", Types)} are.", $"{field}.type");
    }

    // A value is written into a file of its own.
    private static string Port(string type) => type is "string" or "number" or "integer" or "boolean" ? "uri_file" : type.Length == 0 ? "uri_folder" : type;
}
