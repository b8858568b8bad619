using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Tuning;

namespace Isobar.Azure.MachineLearning.Jobs.Sweeps;

/// <summary>What a trial is made from; kept with the sweep in the engine.</summary>
internal sealed partial class SweepPlan(JsonObject json)
{
    private const string Path = "properties";

    public ArmId Sweep => ArmId.Parse((string)json["sweep"]!);
    public string Origin => (string)json["origin"]!;

    public static SweepPlan Of(JobDraft draft) => new(new JsonObject { ["sweep"] = draft.Id.Text, ["origin"] = draft.Origin, ["properties"] = draft.Properties.DeepClone() });

    public static SweepPlan Of(ArmResource sweep) => new(new JsonObject { ["sweep"] = sweep.Id });

    public static SweepPlan Parse(string text) => new((JsonObject)JsonNode.Parse(text)!);

    public string Write() => json.ToJsonString();

    /// <summary>The name of a trial's job. Numbers of trials begin with 1, the service's with 0.</summary>
    public ArmId Trial(int number) => Sweep.Parent.Child(JobNames.Plural, $"{Sweep.Name}_{number - 1}");

    /// <summary>The command job of a trial.</summary>
    public JsonObject Job(int number, IReadOnlyDictionary<string, string> values)
    {
        var sweep = (JsonObject)json["properties"]!;
        var trial = sweep.RequiredObject("trial", Path);
        var properties = (JsonObject)trial.DeepClone();
        properties["jobType"] = "Command";
        properties["command"] = Fill(trial.RequiredText("command", Path + ".trial"), values, "properties.trial.command");
        if (properties["environmentVariables"] is JsonObject variables)
            foreach (var (name, value) in variables.ToList()) if (value is JsonValue) variables[name] = Fill(value.ToString(), values, $"properties.trial.environmentVariables.{name}");
        var inputs = sweep["inputs"]?.DeepClone() as JsonObject ?? [];
        // A trial says what it tries, beside the inputs that all trials share.
        foreach (var (name, value) in values) inputs[name] ??= new JsonObject { ["jobInputType"] = "literal", ["value"] = value };
        properties["inputs"] = inputs;
        if (sweep["outputs"] is JsonObject outputs)
        {
            // Each trial has places of its own.
            var own = (JsonObject)outputs.DeepClone();
            foreach (var (_, output) in own) (output as JsonObject)?.Remove("uri");
            properties["outputs"] = own;
        }
        properties["computeId"] = sweep["computeId"]?.DeepClone();
        properties["experimentName"] = sweep["experimentName"]?.DeepClone();
        properties["displayName"] = Trial(number).Name;
        properties["tags"] = new JsonObject { ["hyperparameters"] = new JsonObject(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value)))).ToJsonString() };
        properties[JobNames.Parent] = Sweep.Name;
        if ((sweep["limits"] as JsonObject)?["trialTimeout"] is { } timeout) properties["limits"] = new JsonObject { ["jobLimitsType"] = "Command", ["timeout"] = timeout.DeepClone() };
        return properties;
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> values, string field) => Reference().Replace(text, match =>
        values.GetValueOrDefault(match.Groups["name"].Value) ?? throw ArmFault.Invalid(field, match.Value, $"names no hyperparameter of the search space; there are {string.Join(", ", values.Keys)}"));

    /// <summary>The engine's settings of a sweep.</summary>
    public static TuningSpec Tuning(JobDraft draft, int most)
    {
        var sweep = draft.Properties;
        var sampling = sweep.RequiredObject("samplingAlgorithm", Path);
        var algorithm = sampling.OneOf("samplingAlgorithmType", Path + ".samplingAlgorithm", "Grid", "Random", "Bayesian");
        if (sampling.Text("rule", Path) is { } rule && rule.Equals("Sobol", StringComparison.OrdinalIgnoreCase)) throw ArmFault.Unsupported("properties.samplingAlgorithm.rule: random sampling draws independently here; Sobol's sequences are not supported.", "properties.samplingAlgorithm.rule");
        var ranges = SweepSpace.Read(sweep.RequiredObject("searchSpace", Path), algorithm);
        var objective = sweep.RequiredObject("objective", Path);
        var limits = sweep.Object("limits", Path) ?? [];
        const string Limits = Path + ".limits";
        var all = algorithm == "Grid" ? ranges.Aggregate(1L, (n, r) => Math.Min(n * r.Values!.Count, int.MaxValue)) : most;
        var trials = Math.Min(limits.Whole("maxTotalTrials", Limits, 1, most) ?? most, (int)Math.Min(all, most));
        limits.Duration("trialTimeout", Limits);
        return new TuningSpec
        {
            Id = draft.EngineId,
            Owner = CommandJobPlanner.Owner,
            Strategy = algorithm switch { "Grid" => TuningStrategy.Grid, "Random" => TuningStrategy.Random, _ => TuningStrategy.Bayesian },
            Ranges = ranges,
            Objective = objective.RequiredText("primaryMetric", Path + ".objective"),
            Maximize = objective.OneOf("goal", Path + ".objective", "Minimize", "Maximize") == "Maximize",
            MaxTrials = trials,
            MaxParallel = limits.Whole("maxConcurrentTrials", Limits, 1, most) ?? trials,
            MaxRunTime = limits.Duration("timeout", Limits),
            Termination = Termination(sweep.Object("earlyTermination", Path)),
            Seed = sampling.Whole("seed", Path + ".samplingAlgorithm", int.MinValue, int.MaxValue) ?? 0,
            LauncherData = Of(draft).Write(),
        };
    }

    private static TerminationPolicy? Termination(JsonObject? policy)
    {
        if (policy is null) return null;
        const string Field = Path + ".earlyTermination";
        var rule = policy.OneOf("policyType", Field, "Bandit", "MedianStopping", "TruncationSelection") switch { "Bandit" => TerminationRule.Bandit, "MedianStopping" => TerminationRule.Median, _ => TerminationRule.Truncation };
        var (factor, amount) = (Number(policy, "slackFactor"), Number(policy, "slackAmount"));
        if (rule == TerminationRule.Bandit && (factor ?? 0) <= 0 && (amount ?? 0) <= 0) throw ArmFault.Invalid(Field, null, "the bandit policy needs a slackFactor or a slackAmount above 0");
        return new TerminationPolicy(rule)
        {
            Interval = policy.Whole("evaluationInterval", Field, 0, int.MaxValue) is > 0 and var interval ? interval : 1,
            Delay = policy.Whole("delayEvaluation", Field, 0, int.MaxValue) ?? 0,
            SlackFactor = factor is > 0 ? factor : null,
            SlackAmount = amount is > 0 ? amount : null,
            Percentage = rule == TerminationRule.Truncation ? policy.Whole("truncationPercentage", Field, 1, 99) ?? throw ArmFault.Required(Field + ".truncationPercentage") : 0,
        };

        static double? Number(JsonObject from, string name) => from[name] is not { } node ? null
            : node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? value.GetValue<double>() : throw ArmFault.Invalid($"{Field}.{name}", node.ToJsonString(), "must be a number");
    }

    [GeneratedRegex(@"\$\{\{\s*search_space\.(?<name>[^}\s]+)\s*\}\}")]
    private static partial Regex Reference();
}
