using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.Jobs;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>A compiled pipeline of Kubeflow's as the engine runs it.</summary>
/// <param name="Name">The pipeline's.</param>
/// <param name="Parameters">The root's parameters with their defaults.</param>
internal sealed record CompiledPipeline(string Name, IReadOnlyList<PipelineStep> Steps, JsonObject Parameters);

/// <summary>
/// Compiles Kubeflow's intermediate representation (schema 2.x) to steps: a container or importer is a task, a DAG a group, an iterator a group around a loop,
/// a trigger condition a condition that guards, an exit handler a step that always runs.
/// </summary>
internal sealed class PipelineCompiler
{
    public const string Container = "container", Importer = "importer", Dag = "dag", Iterations = "iterations", Iteration = "iteration";
    private const int MaxDepth = 32;
    private readonly JsonObject _spec;
    private readonly string _scope;
    private readonly List<Fault> _faults = [];

    private PipelineCompiler(JsonObject spec, string scope) => (_spec, _scope) = (spec, $"{scope}/{Expressions.Text(spec["pipelineInfo"]?["name"])}");

    /// <param name="scope">What results of equal steps are shared within, besides the pipeline's name.</param>
    public static Result<CompiledPipeline> Compile(JsonObject spec, string scope)
    {
        var compiler = new PipelineCompiler(spec, scope);
        var root = spec["root"] as JsonObject ?? [];
        if (root["dag"] is not JsonObject dag) compiler._faults.Add(new Fault("pipeline_spec.root.dag", "", "is required: the pipeline's tasks"));
        var steps = compiler.Steps(root["dag"] as JsonObject ?? [], "root", 0);
        if (steps.Count == 0 && compiler._faults.Count == 0) compiler._faults.Add(new Fault("pipeline_spec.root.dag.tasks", "", "there is no task"));
        if (compiler._faults.Count > 0) return new Error(ErrorCode.InvalidArgument, "pipeline_spec: " + string.Join("; ", compiler._faults.Select(f => $"{f.Field}: {f.Message}"))) { Faults = compiler._faults };
        return new CompiledPipeline(Expressions.Text(spec["pipelineInfo"]?["name"]), steps, root["inputDefinitions"]?["parameters"]?.DeepClone() as JsonObject ?? []);
    }

    private List<PipelineStep> Steps(JsonObject dag, string path, int depth)
    {
        var steps = new List<PipelineStep>();
        if (depth > MaxDepth)
        {
            _faults.Add(new Fault(path, "", $"components lie more than {MaxDepth} deep in each other"));
            return steps;
        }
        foreach (var (name, node) in dag["tasks"] as JsonObject ?? [])
        {
            var at = $"{path}.{name}";
            var task = node as JsonObject ?? [];
            try { steps.AddRange(Task(name, task, at, depth)); }
            catch (FormatException e) { _faults.Add(new Fault(at, name, e.Message)); }
        }
        return steps;
    }

    // 1. its component; 2. what it needs; 3. its condition; 4. the step, looped where there is an iterator.
    private IEnumerable<PipelineStep> Task(string name, JsonObject task, string at, int depth)
    {
        // 1.
        var reference = Expressions.Text(task["componentRef"]?["name"]);
        var component = _spec["components"]?[reference] as JsonObject ?? throw new FormatException($"the component '{reference}' is not among the components");

        // 2.
        var always = Expressions.Text(task["triggerPolicy"]?["strategy"]) == "ALL_UPSTREAM_TASKS_COMPLETED";
        var inputs = TaskInputs.Of(task, component, always);
        IReadOnlyList<string> needs = [.. (task["dependentTasks"] as JsonArray ?? []).Select(Expressions.Text).Concat(inputs.Producers).Distinct()];
        IReadOnlyList<StepGuard> guards = [];

        // 3.
        if (Expressions.Text(task["triggerPolicy"]?["condition"]) is { Length: > 0 } condition)
        {
            // No task's name has an underscore.
            var guard = name + "_if";
            yield return new PipelineStep { Name = guard, Kind = "condition", Role = StepRole.Condition, DependsOn = needs, Always = always, Arguments = CelCondition.Compile(condition, inputs.Values) };
            guards = [new StepGuard(guard, true)];
        }

        // 4.
        var step = Iterated(name, task, component, inputs.Values, at, depth) ?? Body(name, task, component, inputs.Values, at, depth);
        yield return step with { DependsOn = needs, Guards = guards, Always = always };
    }

    private PipelineStep Body(string name, JsonObject task, JsonObject component, JsonObject inputs, string at, int depth)
    {
        var title = Expressions.Text(task["taskInfo"]?["name"]) is { Length: > 0 } given ? given : name;
        if (component["dag"] is JsonObject dag)
        {
            return new PipelineStep { Name = name, Kind = Dag, Role = StepRole.Group, Arguments = inputs, Steps = Steps(dag, at, depth + 1), Results = Outputs(dag), Data = new JsonObject { ["title"] = title } };
        }
        var label = Expressions.Text(component["executorLabel"]);
        var executor = _spec["deploymentSpec"]?["executors"]?[label] as JsonObject ?? throw new FormatException($"the executor '{label}' is not among deploymentSpec.executors");
        var kind = executor["container"] is JsonObject ? Container : executor["importer"] is JsonObject ? Importer
            : throw new FormatException($"the executor '{label}' is of a kind that is not supported here; container and importer are");
        if (executor["container"] is JsonObject container && container["command"] is not JsonArray { Count: > 0 } && AlgorithmArguments.Recognise(Expressions.Text(container["image"])) is null)
            throw new FormatException($"the image '{Expressions.Text(container["image"])}' has no command: images run here by their command, or by their name where it is isobar/ALGORITHM");
        // The component's and the executor's words alone: equal steps of two runs must look alike.
        var data = new JsonObject { ["title"] = title, ["executor"] = executor.DeepClone(), ["inputs"] = component["inputDefinitions"]?.DeepClone(), ["outputs"] = component["outputDefinitions"]?.DeepClone() };
        return new PipelineStep
        {
            Name = name, Kind = kind, Arguments = inputs, Data = data, Retries = Retries(task["retryPolicy"]),
            Cache = kind == Container && Expressions.Text(task["cachingOptions"]?["enableCache"]) == "true" ? new StepCaching(_scope) : null,
        };
    }

    private PipelineStep? Iterated(string name, JsonObject task, JsonObject component, JsonObject inputs, string at, int depth)
    {
        if ((task["parameterIterator"] ?? task["artifactIterator"]) is not JsonObject iterator) return null;
        var isArtifact = task["artifactIterator"] is JsonObject;
        var item = Expressions.Text(iterator["itemInput"]);
        JsonNode? items = isArtifact ? Expressions.Ref("inputs", "artifacts", Expressions.Text(iterator["items"]?["inputArtifact"]))
            : iterator["items"]?["raw"] is { } raw ? Expressions.Text(raw) : Expressions.Ref("inputs", "parameters", Expressions.Text(iterator["items"]?["inputParameter"]));
        JsonObject Passed(string kind) => new((inputs[kind] as JsonObject ?? []).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Expressions.First(Expressions.Ref("inputs", kind, p.Key)))));
        var each = new JsonObject { ["parameters"] = Passed("parameters"), ["artifacts"] = Passed("artifacts") };
        each[isArtifact ? "artifacts" : "parameters"]![item] = isArtifact ? new JsonArray(Expressions.Ref("item")) : Expressions.Ref("item");
        var limit = Expressions.Text(task["iteratorPolicy"]?["parallelismLimit"]);
        var loop = new PipelineStep
        {
            Name = Iterations, Kind = Iterations, Role = StepRole.Loop, Arguments = items, Steps = [Body(Iteration, task, component, each, at, depth)],
            MaxParallel = int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : 0,
        };
        JsonObject Gathered(string kind, bool isList) => new((component["outputDefinitions"]?[kind] as JsonObject ?? []).Select(o =>
        {
            var all = Expressions.Ref("steps", Iterations, Iteration, "*", kind, o.Key);
            return KeyValuePair.Create(o.Key, (JsonNode?)(isList ? Expressions.Flat(all) : all));
        }));
        var title = Expressions.Text(task["taskInfo"]?["name"]) is { Length: > 0 } given ? given : name;
        return new PipelineStep
        {
            Name = name, Kind = Dag, Role = StepRole.Group, Arguments = inputs, Steps = [loop], Data = new JsonObject { ["title"] = title },
            Results = new JsonObject { ["parameters"] = Gathered("parameters", false), ["artifacts"] = Gathered("artifacts", true) },
        };
    }

    /// <summary>A DAG's outputs; of tasks that were not triggered there are none.</summary>
    private static JsonObject Outputs(JsonObject dag)
    {
        JsonNode Parameter(JsonNode? s) => Expressions.Ref("steps", Expressions.Text(s?["producerSubtask"]), "parameters", Expressions.Text(s?["outputParameterKey"]));
        JsonNode Artifact(JsonNode? s) => Expressions.First(Expressions.Ref("steps", Expressions.Text(s?["producerSubtask"]), "artifacts", Expressions.Text(s?["outputArtifactKey"])));
        return new JsonObject
        {
            ["parameters"] = new JsonObject((dag["outputs"]?["parameters"] as JsonObject ?? []).Select(o => KeyValuePair.Create(o.Key, (JsonNode?)Expressions.First(
                [.. o.Value?["valueFromOneof"]?["parameterSelectors"] is JsonArray several ? several.Select(Parameter) : [Parameter(o.Value?["valueFromParameter"])]])))),
            ["artifacts"] = new JsonObject((dag["outputs"]?["artifacts"] as JsonObject ?? []).Select(o => KeyValuePair.Create(o.Key, (JsonNode?)Expressions.Flat(
                new JsonArray([.. (o.Value?["artifactSelectors"] as JsonArray ?? []).Select(Artifact)]))))),
        };
    }

    private static IReadOnlyList<StepRetry> Retries(JsonNode? policy)
    {
        if (!int.TryParse(Expressions.Text(policy?["maxRetryCount"]), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0) return [];
        var factor = double.TryParse(Expressions.Text(policy!["backoffFactor"]), NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given > 0 ? given : 2;
        return [new StepRetry([], Duration(policy["backoffDuration"]), factor, count)];
    }

    // As protocol buffers write them: 30s.
    private static TimeSpan Duration(JsonNode? node) =>
        double.TryParse(Expressions.Text(node).TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 3600)) : TimeSpan.Zero;
}
