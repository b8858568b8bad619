using System.Text.Json;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>Constraints on the trees, from XGBoost's notation to LightGBM's.</summary>
internal static class TreeConstraints
{
    /// <summary>Adds LightGBM's parameters for the constraints that are set; a fault names what is wrong with one.</summary>
    public static Error? Add(HyperParameterValues values, int features, Dictionary<string, string> parameters)
    {
        if (values["monotone_constraints"] is { Length: > 0 } monotone)
        {
            var signs = monotone.Trim('(', ')', '[', ']', ' ').TrimEnd(',').Split(',', StringSplitOptions.TrimEntries);
            if (signs.Length > features || signs.Any(s => s is not ("1" or "-1" or "0"))) return Error.Invalid("monotone_constraints", monotone, $"monotone_constraints must be at most {features} numbers, one a feature: 1 (rising), -1 (falling) or 0, as in (1,0,-1).");
            parameters["monotone_constraints"] = string.Join(',', signs.Concat(Enumerable.Repeat("0", features - signs.Length)));
        }
        if (values["interaction_constraints"] is { Length: > 0 } interactions)
        {
            if (Groups(interactions) is not { } groups || groups.Any(g => g.Any(f => f < 0 || f >= features)))
                return Error.Invalid("interaction_constraints", interactions, $"interaction_constraints must be groups of feature numbers from 0 to {features - 1}, as in [[0, 1], [2, 3]].");
            // LightGBM leaves a feature out that is in no group; XGBoost lets it stand alone.
            var alone = Enumerable.Range(0, features).Except(groups.SelectMany(g => g)).Select(f => new[] { f });
            parameters["interaction_constraints"] = string.Join(',', groups.Concat(alone).Select(g => $"[{string.Join(',', g)}]"));
        }
        return null;
    }

    private static int[][]? Groups(string text)
    {
        try { return JsonSerializer.Deserialize(text, TreeConstraintsJson.Default.Int32ArrayArray); }
        catch (JsonException) { return null; }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(int[][]))]
internal sealed partial class TreeConstraintsJson : System.Text.Json.Serialization.JsonSerializerContext;
