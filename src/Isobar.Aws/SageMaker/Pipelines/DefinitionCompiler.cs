using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using Isobar.Engine.Pipelines;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>A parameter of a definition.</summary>
internal sealed record DefinedParameter(string Name, string Type, JsonNode? Default, IReadOnlyList<string>? Allowed);

/// <summary>A definition as the engine runs it.</summary>
internal sealed record CompiledPipeline(IReadOnlyList<DefinedParameter> Parameters, IReadOnlyList<PipelineStep> Steps);

/// <summary>Reads pipeline definitions (schema version 2020-12-01) and says all that is wrong with them.</summary>
internal sealed partial class DefinitionCompiler
{
    private const string Version = "2020-12-01";
    private readonly List<string> _faults = [];
    private readonly List<PipelineStep> _steps = [];
    private readonly string _scope;

    private DefinitionCompiler(string scope) => _scope = scope;

    /// <param name="scope">What the caches of its steps belong to.</param>
    public static (CompiledPipeline? Pipeline, string? Fault) Compile(string definition, string scope)
    {
        JsonNode? root;
        try { root = JsonNode.Parse(definition); }
        catch (JsonException e) { return (null, $"The pipeline definition is not JSON: {e.Message}"); }
        var compiler = new DefinitionCompiler(scope);
        var pipeline = compiler.Read(root);
        return compiler._faults.Count == 0 ? (pipeline, null) : (null, "Unable to parse pipeline definition. " + string.Join(" ", compiler._faults));
    }

    private CompiledPipeline? Read(JsonNode? root)
    {
        if (root is not JsonObject definition)
        {
            _faults.Add("It is not an object.");
            return null;
        }
        if (Expressions.Text(definition["Version"]) is not Version and var version) _faults.Add($"Version '{version}' is not {Version}.");
        var parameters = (definition["Parameters"] as JsonArray ?? []).Select(Parameter).OfType<DefinedParameter>().ToList();
        ReadSteps(definition["Steps"], []);
        var known = parameters.Select(p => p.Name).ToHashSet();
        foreach (var step in _steps)
        {
            foreach (var missing in Expressions.References(step.Arguments).Where(r => r[0] == "parameters" && !known.Contains(r[1])).Select(r => r[1]).Distinct())
                _faults.Add($"The step '{step.Name}' refers to the parameter '{missing}', which is not defined.");
        }
        return new CompiledPipeline(parameters, _steps);
    }

    private DefinedParameter? Parameter(JsonNode? node)
    {
        string name = Expressions.Text(node?["Name"]), type = Expressions.Text(node?["Type"]);
        if (type is "String" or "Integer" or "Float" or "Boolean" && name.Length > 0)
            return new DefinedParameter(name, type, node!["DefaultValue"]?.DeepClone(), (node["EnumValues"] as JsonArray)?.Select(Expressions.Text).ToList());
        _faults.Add($"The parameter '{name}' has the type '{type}'; there are String, Integer, Float and Boolean.");
        return null;
    }

    private void ReadSteps(JsonNode? list, IReadOnlyList<StepGuard> guards)
    {
        if (list is not JsonArray steps)
        {
            if (list is not null || guards.Count == 0) _faults.Add("Steps must be a list of steps.");
            return;
        }
        foreach (var node in steps)
        {
            var name = Expressions.Text(node?["Name"]);
            if (node is not JsonObject step || !StepName().IsMatch(name)) _faults.Add($"The step name '{name}' is not 1 to 64 letters, digits, '-' or '_'.");
            else ReadStep(name, step, guards);
        }
    }

    private void ReadStep(string name, JsonObject step, IReadOnlyList<StepGuard> guards)
    {
        var type = Expressions.Text(step["Type"]);
        var arguments = step["Arguments"] as JsonObject ?? [];
        var data = new JsonObject { ["DisplayName"] = step["DisplayName"]?.DeepClone(), ["Description"] = step["Description"]?.DeepClone() };
        var made = new PipelineStep { Name = name, Kind = type, Guards = guards, Retries = [.. (step["RetryPolicies"] as JsonArray ?? []).Select(Retry)], Cache = Cache(name, step["CacheConfig"]) };
        switch (type)
        {
            case "Condition":
                Add(made with { Role = StepRole.Condition, Arguments = DefinitionExpressions.All(arguments["Conditions"], _faults) });
                ReadSteps(arguments["IfSteps"] ?? new JsonArray(), [.. guards, new StepGuard(name, true)]);
                ReadSteps(arguments["ElseSteps"] ?? new JsonArray(), [.. guards, new StepGuard(name, false)]);
                break;
            case "Fail":
                Add(made with { Role = StepRole.Fail, Arguments = DefinitionExpressions.Compile(arguments["ErrorMessage"], _faults) });
                break;
            case "Callback":
                data["SqsQueueUrl"] = step["SqsQueueUrl"]?.DeepClone();
                Add(made with { Role = StepRole.Wait, Arguments = DefinitionExpressions.Compile(arguments, _faults) });
                break;
            default:
                if (!StepKind.All.ContainsKey(type)) _faults.Add($"The step '{name}' has the type '{type}'; supported here are {string.Join(", ", StepKind.All.Keys)}, Condition, Fail and Callback.");
                if (step["PropertyFiles"] is JsonArray files) data["PropertyFiles"] = files.DeepClone();
                Add(made with { Role = StepRole.Task, Arguments = DefinitionExpressions.Compile(arguments, _faults) });
                break;
        }

        void Add(PipelineStep compiled)
        {
            var used = Expressions.References(compiled.Arguments).Where(r => r[0] == "steps").Select(r => r[1]);
            var told = (step["DependsOn"] as JsonArray ?? []).Select(Expressions.Text);
            _steps.Add(compiled with { DependsOn = [.. told.Concat(used).Distinct()], Data = data });
        }
    }

    private StepCaching? Cache(string step, JsonNode? config)
    {
        if (Expressions.Text(config?["Enabled"]) != "true") return null;
        var age = Expressions.Text(config!["ExpireAfter"]);
        if (age.Length == 0) return new StepCaching($"{_scope}/{step}");
        if (Age().Match(age) is { Success: true } simple)
        {
            var count = int.Parse(simple.Groups["count"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
            return new StepCaching($"{_scope}/{step}", simple.Groups["unit"].Value switch { "d" => TimeSpan.FromDays(count), "h" => TimeSpan.FromHours(count), _ => TimeSpan.FromMinutes(count) });
        }
        try { return new StepCaching($"{_scope}/{step}", XmlConvert.ToTimeSpan(age.ToUpperInvariant())); }
        catch (FormatException)
        {
            _faults.Add($"The step '{step}' has CacheConfig.ExpireAfter '{age}', which is no ISO 8601 duration such as P30D or PT1H.");
            return null;
        }
    }

    private static StepRetry Retry(JsonNode? policy) => new(
        policy?["ExceptionType"] is JsonArray types ? [.. types.Select(Expressions.Text)] : [],
        TimeSpan.FromSeconds(Number(policy?["IntervalSeconds"]) ?? 1),
        Number(policy?["BackoffRate"]) ?? 2,
        Number(policy?["MaxAttempts"]) is { } most ? (int)most : policy?["ExpireAfterMin"] is null ? 5 : null,
        Number(policy?["ExpireAfterMin"]) is { } minutes ? TimeSpan.FromMinutes(minutes) : null);

    private static double? Number(JsonNode? node) =>
        double.TryParse(Expressions.Text(node), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value) && value >= 0 ? value : null;

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex StepName();

    [GeneratedRegex("^(?<count>[0-9]{1,6})(?<unit>[dhm])$")]
    private static partial Regex Age();
}
