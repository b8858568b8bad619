using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>A request of MLflow's REST protocol.</summary>
/// <param name="arm">The request, about the workspace.</param>
/// <param name="input">The body's fields, or those of the query.</param>
internal sealed class MlflowCall(ArmCall arm, MlWorkspace workspace, JsonObject input)
{
    public ArmCall Arm { get; } = arm;
    public HttpContext Http => Arm.Http;
    public MlWorkspace Workspace { get; } = workspace;

    /// <summary>Experiments and runs are the workspace's own.</summary>
    public string Scope => Workspace.Id.Key;

    public CancellationToken Ct => Arm.Ct;

    public string Required(string name) => Text(name) is { Length: > 0 } text ? text : throw MlflowFault.Invalid(name, null, "is required");

    public string? Text(string name) => Text(input, name, name);

    public bool Has(string name) => input[name] is not null;

    public long? Whole(string name) => Whole(input, name, name);

    public double Number(string name) => Number(input, name, name);

    public bool Flag(string name) => input[name] is JsonValue value && (value.GetValueKind() == JsonValueKind.True || value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>A list of strings: an array in a body, a name that is repeated in a query.</summary>
    public IReadOnlyList<string> Texts(string name) => input[name] switch
    {
        null => [],
        JsonArray array => [.. array.Select(i => i is JsonValue value ? value.ToString() : throw MlflowFault.Invalid(name, i?.ToJsonString(), "must hold strings"))],
        JsonValue value => [value.ToString()],
        var other => throw MlflowFault.Invalid(name, other.ToJsonString(), "must be a list of strings"),
    };

    public IReadOnlyList<JsonObject> Objects(string name, int most)
    {
        if (input[name] is not { } node) return [];
        if (node is not JsonArray array) throw MlflowFault.Invalid(name, node.ToJsonString(), "must be a list");
        if (array.Count > most) throw MlflowFault.Invalid(name, array.Count.ToString(CultureInfo.InvariantCulture), $"holds at most {most}");
        return [.. array.Select((i, n) => i as JsonObject ?? throw MlflowFault.Invalid($"{name}[{n}]", i?.ToJsonString(), "must be an object"))];
    }

    /// <summary>Pairs of key and value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string name, int most) =>
        [.. Objects(name, most).Select((o, n) => KeyValuePair.Create(Text(o, "key", $"{name}[{n}].key") ?? throw MlflowFault.Invalid($"{name}[{n}].key", null, "is required"), Text(o, "value", $"{name}[{n}].value") ?? ""))];

    /// <summary>The page that the caller asks for.</summary>
    public (IReadOnlyList<T> Rows, string? Next) Page<T>(IReadOnlyList<T> all, int usual, int most)
    {
        var limit = Whole("max_results") ?? usual;
        if (limit < 1 || limit > most) throw MlflowFault.Invalid("max_results", limit.ToString(CultureInfo.InvariantCulture), $"must be from 1 to {most}");
        var start = 0;
        if (Text("page_token") is { Length: > 0 } token)
        {
            Span<byte> bytes = stackalloc byte[32];
            if (!Convert.TryFromBase64String(token, bytes, out var length) || !int.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out start)) throw MlflowFault.Invalid("page_token", token, "must be the next_page_token of the page before");
        }
        var end = (int)Math.Min(all.Count, start + limit);
        return ([.. all.Skip(start).Take(end - start)], end < all.Count ? Convert.ToBase64String(Encoding.ASCII.GetBytes(end.ToString(CultureInfo.InvariantCulture))) : null);
    }

    public static string? Text(JsonObject from, string name, string path) => from[name] switch
    {
        null => null,
        JsonValue value => value.ToString(),
        var other => throw MlflowFault.Invalid(path, other.ToJsonString(), "must be a string"),
    };

    // Numbers of 64 bits come as numbers or, from clients that write the protocol's own JSON, as strings.
    public static long? Whole(JsonObject from, string name, string path)
    {
        if (Text(from, name, path) is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && Math.Abs(real) < 1e18 ? (long)real
            : throw MlflowFault.Invalid(path, text, "must be a whole number");
    }

    public static double Number(JsonObject from, string name, string path) => Text(from, name, path) switch
    {
        null or "" => throw MlflowFault.Invalid(path, null, "is required"),
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw MlflowFault.Invalid(path, text, "must be a number"),
    };
}
