using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Isobar.Google.VertexAi.Prediction;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary><c>google.protobuf.Struct</c> to a tree of JSON and back.</summary>
internal static class StructJson
{
    public static JsonNode? Read(Value value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) ValueJson.Write(json, value);
        return JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    public static JsonObject Read(Struct? value) => value is null ? [] : (JsonObject)Read(Value.ForStruct(value))!;

    public static Struct Write(JsonObject json) => ValueJson.Read(JsonSerializer.SerializeToElement(json)).StructValue;
}
