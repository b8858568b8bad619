using System.Text.Json.Nodes;

namespace Isobar.MultiCloud.Manifests;

/// <summary>The manifest's JSON Schema, by which editors complete and check it.</summary>
public static class ManifestSchema
{
    /// <summary>The schema, draft 2020-12.</summary>
    public static JsonObject Create()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "Isobar manifest" };
        foreach (var (key, value) in Of(ManifestShape.Root)) schema[key] = value?.DeepClone();
        return schema;
    }

    private static JsonObject Of(Shape shape)
    {
        var schema = shape switch
        {
            TextShape text => Text(text),
            NumberShape number => Number(number),
            DurationShape => new JsonObject { ["type"] = new JsonArray("number", "string"), ["pattern"] = Durations.Pattern },
            FlagShape => new JsonObject { ["type"] = "boolean" },
            ListShape list => new JsonObject { ["type"] = "array", ["items"] = Of(list.Item) },
            MapShape map => Map(map),
            ObjectShape fields => Fields(fields),
            _ => throw new InvalidOperationException($"No schema is made of {shape.GetType().Name}."),
        };
        if (shape is ListShape { Least: > 0 } least) schema["minItems"] = least.Least;
        schema["description"] = shape.About;
        return schema;
    }

    private static JsonObject Text(TextShape text)
    {
        // YAML writes a number or a truth where a text is meant, such as the value of a hyperparameter.
        var schema = new JsonObject { ["type"] = text is { Pattern: null, Words: null } ? new JsonArray("string", "number", "boolean") : "string" };
        if (text.Pattern is { } pattern) schema["pattern"] = pattern;
        if (text.Words is { } words) schema["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]);
        return schema;
    }

    private static JsonObject Number(NumberShape number)
    {
        var schema = new JsonObject { ["type"] = number.Whole ? "integer" : "number" };
        if (number.Min is { } min) schema[number.AboveMin ? "exclusiveMinimum" : "minimum"] = min;
        if (number.Max is { } max) schema["maximum"] = max;
        return schema;
    }

    private static JsonObject Map(MapShape map)
    {
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(map.Value) };
        if (map.KeyPattern is { } pattern) schema["propertyNames"] = new JsonObject { ["pattern"] = pattern };
        if (map.Least > 0) schema["minProperties"] = map.Least;
        return schema;
    }

    private static JsonObject Fields(ObjectShape shape)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(shape.Fields.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)Of(f.Shape)))),
            ["additionalProperties"] = false,
        };
        if (shape.Fields.Any(f => f.Required)) schema["required"] = new JsonArray([.. shape.Fields.Where(f => f.Required).Select(f => (JsonNode)f.Name)]);
        return schema;
    }
}
