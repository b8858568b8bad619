using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Isobar.MultiCloud.Manifests;

/// <summary>Holds YAML against a shape: every fault with its place, and the typed JSON of what is right.</summary>
internal sealed class NodeCheck
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public List<ManifestFault> Faults { get; } = [];

    /// <summary>Where each value stands, for faults that only the whole shows.</summary>
    public Dictionary<string, Mark> Marks { get; } = [];

    public JsonNode? Read(YamlNode node, Shape shape, string path)
    {
        Marks[path] = node.Start;
        return (shape, node) switch
        {
            (ObjectShape fields, YamlMappingNode map) => Fields(map, fields, path),
            (MapShape entries, YamlMappingNode map) => Entries(map, entries, path),
            (ListShape list, YamlSequenceNode items) => Items(items, list, path),
            (ListShape list, YamlScalarNode { Value.Length: > 0 } one) => Items(new YamlSequenceNode(one), list, path),
            (TextShape text, YamlScalarNode scalar) => Text(scalar, text, path),
            (NumberShape number, YamlScalarNode scalar) => Number(scalar, number, path),
            (DurationShape, YamlScalarNode scalar) => Durations.Seconds(scalar.Value ?? "") is { } seconds ? JsonValue.Create(seconds) : Fault(node, path, scalar.Value, $"'{scalar.Value}' is no span of time; write 90s, 15m, 2h or 1d."),
            (FlagShape, YamlScalarNode scalar) => scalar.Value is "true" or "false" ? JsonValue.Create(scalar.Value == "true") : Fault(node, path, scalar.Value, $"'{scalar.Value}' is neither true nor false."),
            _ => Fault(node, path, null, $"{shape.About}: {Wanted(shape)} is wanted here."),
        };
    }

    public JsonNode? Fault(YamlNode at, string path, string? value, string message) => Fault(at.Start, path, value, message);

    public JsonNode? Fault(Mark at, string path, string? value, string message)
    {
        Faults.Add(new ManifestFault((int)at.Line, (int)at.Column, path, value, message));
        return null;
    }

    private JsonObject Fields(YamlMappingNode map, ObjectShape shape, string path)
    {
        var read = new JsonObject();
        foreach (var (key, value) in map.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (shape.Fields.FirstOrDefault(f => f.Name == name) is { } field) read[name] = Read(value, field.Shape, Below(path, name));
            else Fault(key, Below(path, name), name, $"'{name}' is not known here; there are {string.Join(", ", shape.Fields.Select(f => f.Name))}.");
        }
        foreach (var field in shape.Fields.Where(f => f.Required && !map.Children.ContainsKey(new YamlScalarNode(f.Name))))
            Fault(map, Below(path, field.Name), null, $"{field.Name} is missing: {char.ToLowerInvariant(field.Shape.About[0])}{field.Shape.About[1..]}.");
        return read;
    }

    private JsonObject Entries(YamlMappingNode map, MapShape shape, string path)
    {
        var read = new JsonObject();
        foreach (var (key, value) in map.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (shape.KeyPattern is { } pattern && !Regex.IsMatch(name, pattern, RegexOptions.None, PatternLimit)) Fault(key, Below(path, name), name, $"'{name}' is no name: 1 to 15 lower-case letters, digits and hyphens, a letter first.");
            read[name] = Read(value, shape.Value, Below(path, name));
        }
        if (map.Children.Count < shape.Least) Fault(map, path, null, $"{shape.About}: at least {shape.Least} is needed.");
        return read;
    }

    private JsonArray Items(YamlSequenceNode items, ListShape shape, string path)
    {
        if (items.Children.Count < shape.Least) Fault(items, path, null, $"{shape.About}: at least {shape.Least} is needed.");
        return new JsonArray([.. items.Children.Select((item, i) => Read(item, shape.Item, $"{path}[{i}]"))]);
    }

    private JsonNode? Text(YamlScalarNode scalar, TextShape shape, string path)
    {
        var value = scalar.Value ?? "";
        if (value.Length == 0) return Fault(scalar, path, value, $"{shape.About}: it is empty.");
        if (shape.Words is { } words && !words.Contains(value)) return Fault(scalar, path, value, $"'{value}' is not known here; there are {string.Join(", ", words)}.");
        if (shape.Pattern is { } pattern && !Regex.IsMatch(value, pattern, RegexOptions.None, PatternLimit)) return Fault(scalar, path, value, $"'{value}' is not as it must be: {shape.PatternSaid}.");
        return JsonValue.Create(value);
    }

    private JsonNode? Number(YamlScalarNode scalar, NumberShape shape, string path)
    {
        if (!double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)) return Fault(scalar, path, scalar.Value, $"'{scalar.Value}' is no number.");
        if (shape.Whole && value != Math.Truncate(value)) return Fault(scalar, path, scalar.Value, $"'{scalar.Value}' is not a whole number.");
        if (value < shape.Min || shape.AboveMin && value == shape.Min || value > shape.Max)
            return Fault(scalar, path, scalar.Value, $"{scalar.Value} lies outside of what is allowed: {(shape.AboveMin ? "above" : "at least")} {shape.Min?.ToString(CultureInfo.InvariantCulture) ?? "anything"}{(shape.Max is { } max ? $", at most {max.ToString(CultureInfo.InvariantCulture)}" : "")}.");
        return shape.Whole ? JsonValue.Create((long)value) : JsonValue.Create(value);
    }

    private static string Wanted(Shape shape) => shape switch
    {
        ObjectShape o => $"a mapping of {string.Join(", ", o.Fields.Select(f => f.Name))}",
        MapShape => "a mapping",
        ListShape => "a list",
        NumberShape => "a number",
        FlagShape => "true or false",
        _ => "a text",
    };

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
