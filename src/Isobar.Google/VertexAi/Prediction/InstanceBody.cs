using System.Buffers;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Google.VertexAi.Resources;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary>Instances as the body that a container is sent, and its answer as predictions.</summary>
internal static class InstanceBody
{
    public static ReadOnlyMemory<byte> Of(IEnumerable<Value> instances, Value? parameters)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("instances");
            foreach (var instance in instances) ValueJson.Write(json, instance);
            json.WriteEndArray();
            if (parameters is not null)
            {
                json.WritePropertyName("parameters");
                ValueJson.Write(json, parameters);
            }
            json.WriteEndObject();
        }
        return body.WrittenMemory;
    }

    /// <summary>The list in <c>predictions</c>, or else the whole answer as the only one.</summary>
    public static List<Value> Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("predictions", out var predictions) && predictions.ValueKind == JsonValueKind.Array
                ? [.. predictions.EnumerateArray().Select(ValueJson.Read)]
                : [ValueJson.Read(document.RootElement)];
        }
        catch (JsonException)
        {
            throw Faults.Of(new Error(ErrorCode.Internal, "The model did not answer in JSON."));
        }
    }
}
