using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Tuning;

namespace Isobar.Azure.MachineLearning.Jobs.Sweeps;

/// <summary>Reads a search space: <c>{"rate": ["uniform", [0.01, 0.1]], "depth": ["choice", [[2, 4, 8]]]}</c>.</summary>
internal static class SweepSpace
{
    private const string Path = "properties.searchSpace";
    private static readonly string[] Kinds = ["choice", "randint", "uniform", "quniform", "loguniform", "qloguniform", "normal", "qnormal", "lognormal", "qlognormal"];
    private static readonly string[] Bayesian = ["choice", "uniform", "quniform"];

    /// <param name="sampling">The type of the sampling algorithm: what it can walk differs.</param>
    public static IReadOnlyList<ParameterRange> Read(JsonObject space, string sampling)
    {
        if (space.Count == 0) throw ArmFault.Invalid(Path, null, "needs at least one hyperparameter");
        return [.. space.Select(p => Read(p.Key, p.Value, sampling))];
    }

    private static ParameterRange Read(string name, JsonNode? node, string sampling)
    {
        var field = $"{Path}.{name}";
        Ml.CheckName(field, name);
        if (node is not JsonArray { Count: 2 } pair || pair[0] is not JsonValue kindNode || pair[1] is not JsonArray arguments) throw ArmFault.Invalid(field, node?.ToJsonString(), "must be [\"KIND\", [ARGUMENTS]], such as [\"uniform\", [0.01, 0.1]]");
        var kind = kindNode.ToString().ToLowerInvariant();
        if (!Kinds.Contains(kind)) throw ArmFault.Invalid(field, kind, $"must be one of {string.Join(", ", Kinds)}");
        if (sampling == "Grid" && kind != "choice") throw ArmFault.Invalid(field, kind, "must be choice: grid sampling walks nothing else");
        if (sampling == "Bayesian" && !Bayesian.Contains(kind)) throw ArmFault.Invalid(field, kind, $"must be one of {string.Join(", ", Bayesian)} for bayesian sampling");
        if (kind == "choice") return Choice(name, field, arguments);
        var numbers = arguments.Select(a => Number(field, a)).ToArray();
        var wanted = kind == "randint" ? 1 : kind[0] == 'q' ? 3 : 2;
        if (numbers.Length != wanted) throw ArmFault.Invalid(field, arguments.ToJsonString(), $"{kind} takes {wanted} numbers");
        var step = wanted == 3 ? numbers[2] : (double?)null;
        if (step <= 0) throw ArmFault.Invalid(field, arguments.ToJsonString(), "the step must be above 0");
        var range = new ParameterRange(name) { Step = step };
        return kind.TrimStart('q') switch
        {
            "randint" when numbers[0] >= 1 => range with { Min = 0, Max = Math.Floor(numbers[0]) - 1, IsInteger = true, Scaling = RangeScaling.Linear },
            "randint" => throw ArmFault.Invalid(field, arguments.ToJsonString(), "the upper bound must be at least 1"),
            "uniform" => Between(range, field, numbers[0], numbers[1], RangeScaling.Linear),
            "loguniform" => Between(range, field, Math.Exp(numbers[0]), Math.Exp(numbers[1]), RangeScaling.Logarithmic),
            var bell when numbers[1] > 0 => range with { Mean = numbers[0], Deviation = numbers[1], Scaling = bell == "lognormal" ? RangeScaling.Logarithmic : RangeScaling.Linear },
            _ => throw ArmFault.Invalid(field, arguments.ToJsonString(), "the standard deviation must be above 0"),
        };
    }

    private static ParameterRange Between(ParameterRange range, string field, double low, double high, RangeScaling scaling) =>
        low < high && double.IsFinite(high) ? range with { Min = low, Max = high, Scaling = scaling } : throw ArmFault.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"{low}, {high}"), "the first bound must be below the second");

    private static ParameterRange Choice(string name, string field, JsonArray arguments)
    {
        // Some writers wrap the choices in a list of their own.
        var choices = arguments is [JsonArray inner] ? inner : arguments;
        if (choices.Count == 0) throw ArmFault.Invalid(field, "[]", "needs at least one value");
        return new ParameterRange(name) { Values = [.. choices.Select(c => c is JsonValue value ? value.ToString() : throw ArmFault.Invalid(field, c?.ToJsonString(), "values are strings, numbers or booleans")).Distinct()] };
    }

    private static double Number(string field, JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : throw ArmFault.Invalid(field, node?.ToJsonString(), "must be a number");
}
