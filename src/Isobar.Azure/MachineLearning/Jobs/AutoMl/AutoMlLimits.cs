using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>What bounds a search.</summary>
/// <param name="Values">In the engine's words.</param>
internal sealed record AutoMlLimits(TimeSpan Budget, IReadOnlyDictionary<string, string> Values)
{
    private const int DefaultTrials = 30, MostTrials = 1000, Patience = 10;
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromMinutes(10), LongestBudget = TimeSpan.FromDays(7);
    private static readonly string[] Simple = ["maxTrials", "timeout", "maxConcurrentTrials", "maxNodes"], OfTables = [.. Simple, "trialTimeout", "enableEarlyTermination", "exitScore", "maxCoresPerTrial"];

    /// <summary>Reads <c>limitSettings</c>, and completes them: whoever reads the job sees what holds.</summary>
    public static AutoMlLimits Read(JsonObject details, string path, string task)
    {
        var field = path + ".limitSettings";
        if (details.Object("limitSettings", path) is not { } limits) details["limitSettings"] = limits = [];
        var isForecast = task == "Forecasting";
        var isTable = isForecast || task is "Classification" or "Regression";
        AutoMlFields.Only(limits, field, isTable ? OfTables : Simple);
        AutoMlFields.Must(limits, "maxNodes", field, "1", "a search runs on one instance here.");
        var trials = limits.Whole("maxTrials", field, 1, MostTrials) ?? DefaultTrials;
        var budget = limits.Duration("timeout", field) ?? DefaultBudget;
        if (budget < TimeSpan.FromSeconds(1) || budget > LongestBudget) throw ArmFault.Invalid(field + ".timeout", XmlConvert.ToString(budget), "must be from PT1S to P7D");
        // Trials run one after the other, which no bound forbids.
        var atOnce = limits.Whole("maxConcurrentTrials", field, 1, MostTrials) ?? 1;
        (limits["maxTrials"], limits["timeout"], limits["maxConcurrentTrials"]) = (trials, XmlConvert.ToString(budget), atOnce);
        var values = new Dictionary<string, string> { ["max_candidates"] = Text(trials), ["max_seconds"] = Text(budget.TotalSeconds) };
        if (!isTable) return new AutoMlLimits(budget, values);
        if (limits.Whole("maxCoresPerTrial", field, -1, int.MaxValue) is { } cores and not -1) throw ArmFault.Unsupported($"{field}.maxCoresPerTrial is {cores}: a trial uses all cores of the machine here; -1 says so.", field + ".maxCoresPerTrial");
        if (isForecast)
        {
            // A forecast takes no longer than a moment, and all of them are tried. Microsoft's Python client sends these always: what is read back tells that they do not hold.
            if (limits["exitScore"] is not null) throw ArmFault.Unsupported($"{field}.exitScore: all forecasts are tried here.", field + ".exitScore");
            limits.Remove("trialTimeout");
            limits["enableEarlyTermination"] = false;
            return new AutoMlLimits(budget, values);
        }
        if (limits.Duration("trialTimeout", field) is { } each)
        {
            if (each < TimeSpan.FromSeconds(1)) throw ArmFault.Invalid(field + ".trialTimeout", XmlConvert.ToString(each), "must be at least PT1S");
            values["max_candidate_seconds"] = Text(Math.Min(each.TotalSeconds, LongestBudget.TotalSeconds));
        }
        if (limits.Flag("enableEarlyTermination", field) ?? true) values["patience"] = Text(Patience);
        limits["enableEarlyTermination"] ??= true;
        if (limits["exitScore"] is { } exit) values["exit_score"] = exit is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : throw ArmFault.Invalid(field + ".exitScore", exit.ToJsonString(), "must be a number");
        return new AutoMlLimits(budget, values);
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Fields that are read; another one is refused by its name.</summary>
internal static class AutoMlFields
{
    public static void Only(JsonObject from, string path, params string[] allowed)
    {
        foreach (var (name, value) in from)
            if (!AsksForNothing(value) && !allowed.Contains(name, StringComparer.Ordinal)) throw ArmFault.Unsupported($"{path}.{name} is not supported here; {string.Join(", ", allowed)} are.", $"{path}.{name}");
    }

    // Microsoft's clients write out what they do not ask for.
    private static bool AsksForNothing(JsonNode? value) => value switch
    {
        null => true,
        JsonObject map => map.Count == 0,
        JsonArray list => list.Count == 0,
        _ => value.ToJsonString() is "false" or "0",
    };

    /// <summary>A list of words; null where there is none.</summary>
    public static IReadOnlyList<string>? Words(JsonObject from, string name, string path) => from[name] switch
    {
        null => null,
        JsonArray list => [.. list.Select(w => w is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ArmFault.Invalid($"{path}.{name}", w?.ToJsonString(), "must be strings"))],
        var other => throw ArmFault.Invalid($"{path}.{name}", other.ToJsonString(), "must be a list"),
    };

    /// <summary>A number that the service chooses (null) or the caller does: <c>{"mode": "Custom", "value": 5}</c>.</summary>
    public static int? Chosen(JsonObject from, string name, string path, int least, int most)
    {
        if (from.Object(name, path) is not { } choice) return null;
        var field = $"{path}.{name}";
        return choice.OneOf("mode", field, "Auto", "Custom") == "Auto" ? null : choice.Whole("value", field, least, most) ?? throw ArmFault.Required(field + ".value");
    }

    /// <summary>Refuses a field that holds something else than what it may.</summary>
    public static void Must(JsonObject from, string name, string path, string allowed, string why)
    {
        if (from[name] is not { } node) return;
        var text = node is JsonObject { } o && o["mode"] is { } mode ? mode.ToString() : node.ToString();
        if (!allowed.Equals(text, StringComparison.OrdinalIgnoreCase)) throw ArmFault.Unsupported($"{path}.{name} is '{(text.Length > 60 ? text[..60] : text)}': {why}", $"{path}.{name}");
    }
}
