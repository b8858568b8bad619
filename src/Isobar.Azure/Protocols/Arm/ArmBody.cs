using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>Reads fields of a body and refuses, by path and value, those of another type.</summary>
internal static class ArmBody
{
    /// <summary>The fields that a writer decides; id, name, type and systemData are the service's own.</summary>
    private static readonly string[] Owned = ["id", "name", "type", "systemData", "etag"];

    public static JsonObject WithoutOwned(this JsonObject body)
    {
        var kept = (JsonObject)body.DeepClone();
        foreach (var name in kept.Select(p => p.Key).Where(n => Owned.Contains(n, StringComparer.OrdinalIgnoreCase)).ToList()) kept.Remove(name);
        return kept;
    }

    public static string? Text(this JsonObject from, string name, string path) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => throw ArmFault.Invalid(Join(path, name), Cut(other), "must be a string"),
    };

    public static string RequiredText(this JsonObject from, string name, string path) =>
        from.Text(name, path) is { Length: > 0 } text ? text : throw ArmFault.Required(Join(path, name));

    public static JsonObject? Object(this JsonObject from, string name, string path) => from[name] switch
    {
        null => null,
        JsonObject value => value,
        var other => throw ArmFault.Invalid(Join(path, name), Cut(other), "must be an object"),
    };

    public static JsonObject RequiredObject(this JsonObject from, string name, string path) => from.Object(name, path) ?? throw ArmFault.Required(Join(path, name));

    public static bool? Flag(this JsonObject from, string name, string path) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        var other => throw ArmFault.Invalid(Join(path, name), Cut(other), "must be true or false"),
    };

    public static int? Whole(this JsonObject from, string name, string path, int least, int most)
    {
        if (from[name] is not { } node) return null;
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw ArmFault.Invalid(Join(path, name), Cut(node), $"must be a whole number from {least} to {most}");
    }

    /// <summary>A length of time in ISO 8601, such as <c>PT1H</c>.</summary>
    public static TimeSpan? Duration(this JsonObject from, string name, string path)
    {
        if (from.Text(name, path) is not { } text) return null;
        try { return System.Xml.XmlConvert.ToTimeSpan(text); }
        catch (FormatException) { throw ArmFault.Invalid(Join(path, name), text, "must be a length of time in ISO 8601, such as PT1H"); }
    }

    public static string OneOf(this JsonObject from, string name, string path, params string[] allowed)
    {
        var text = from.RequiredText(name, path);
        return allowed.FirstOrDefault(a => a.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? throw ArmFault.Invalid(Join(path, name), text, $"must be one of {string.Join(", ", allowed)}");
    }

    /// <summary>A map of strings; nulls are left out.</summary>
    public static Dictionary<string, string> Texts(this JsonObject from, string name, string path)
    {
        var read = new Dictionary<string, string>();
        if (from.Object(name, path) is not { } map) return read;
        foreach (var (key, _) in map)
            if (map.Text(key, Join(path, name)) is { } text) read[key] = text;
        return read;
    }

    /// <summary>Merges as PATCH does: objects by field, null removes, anything else replaces.</summary>
    public static JsonObject Merged(this JsonObject body, JsonObject patch)
    {
        var merged = (JsonObject)body.DeepClone();
        foreach (var (name, value) in patch)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject inner && merged[name] is JsonObject old) merged[name] = old.Merged(inner);
            else merged[name] = value.DeepClone();
        }
        return merged;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Cut(JsonNode node)
    {
        var text = node.ToJsonString();
        return text.Length > 100 ? text[..100] : text;
    }
}
