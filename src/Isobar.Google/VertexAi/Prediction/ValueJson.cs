using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary><c>google.protobuf.Value</c> to JSON and back, without a tree in between.</summary>
internal static class ValueJson
{
    public static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.NumberValue:
                if (double.IsFinite(value.NumberValue)) json.WriteNumberValue(value.NumberValue);
                else json.WriteNullValue();
                break;
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (var item in value.ListValue.Values) Write(json, item);
                json.WriteEndArray();
                break;
            case Value.KindOneofCase.StructValue:
                json.WriteStartObject();
                foreach (var (name, field) in value.StructValue.Fields)
                {
                    json.WritePropertyName(name);
                    Write(json, field);
                }
                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    public static Value Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Number:
                return Value.ForNumber(json.GetDouble());
            case JsonValueKind.String:
                return Value.ForString(json.GetString());
            case JsonValueKind.True or JsonValueKind.False:
                return Value.ForBool(json.GetBoolean());
            case JsonValueKind.Array:
                var list = new ListValue();
                foreach (var item in json.EnumerateArray()) list.Values.Add(Read(item));
                return new Value { ListValue = list };
            case JsonValueKind.Object:
                var fields = new Struct();
                foreach (var property in json.EnumerateObject()) fields.Fields[property.Name] = Read(property.Value);
                return Value.ForStruct(fields);
            default:
                return Value.ForNull();
        }
    }
}
