using System.Text.Json;
using System.Text.Unicode;

namespace Isobar.Google.VertexAi.Prediction.Fast;

/// <summary>A <c>PredictRequest</c> off the wire as the body that a model is sent: the same bytes as <see cref="InstanceBody.Of"/> makes of the parsed message.</summary>
internal static class PredictMessage
{
    // Number and wire type of the fields of PredictRequest, and of Value, Struct, its map's entries and ListValue.
    private const byte Endpoint = 1 << 3 | 2, Instances = 2 << 3 | 2, Parameters = 3 << 3 | 2;
    private const byte Null = 1 << 3, Number = 2 << 3 | 1, Text = 3 << 3 | 2, Flag = 4 << 3, Named = 5 << 3 | 2, Many = 6 << 3 | 2;
    private const byte First = 1 << 3 | 2, Second = 2 << 3 | 2;
    private const int MaxDepth = 30;

    /// <summary>
    /// False for anything that is not written as every client writes it: a field besides these (labels or one that is unknown), fields out of order or twice, no instances, text
    /// that is not UTF-8, deep nesting, a message cut off. The parsed message tells what to do about those.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, Utf8JsonWriter json, out ReadOnlySpan<byte> endpoint)
    {
        var rest = new ProtoReader(message);
        if (!rest.TryTag(out var tag) || tag != Endpoint || !rest.TryBytes(out endpoint))
        {
            endpoint = default;
            return false;
        }
        json.WriteStartObject();
        json.WriteStartArray("instances"u8);
        byte last = Endpoint;
        while (rest.TryTag(out tag))
        {
            if (tag == Parameters && last == Instances)
            {
                json.WriteEndArray();
                json.WritePropertyName("parameters"u8);
            }
            else if (tag != Instances || last == Parameters) return false;
            if (!rest.TryBytes(out var value) || !TryValue(value, json, 0)) return false;
            last = tag;
        }
        if (last == Endpoint) return false;
        if (last == Instances) json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private static bool TryValue(ReadOnlySpan<byte> value, Utf8JsonWriter json, int depth)
    {
        var rest = new ProtoReader(value);
        if (depth > MaxDepth || !rest.TryTag(out var tag)) return false;
        switch (tag)
        {
            case Null when rest.TryVarint(out _):
                json.WriteNullValue();
                break;
            case Number when rest.TryDouble(out var number):
                if (double.IsFinite(number)) json.WriteNumberValue(number);
                else json.WriteNullValue();
                break;
            case Text when rest.TryBytes(out var text) && Utf8.IsValid(text):
                json.WriteStringValue(text);
                break;
            case Flag when rest.TryVarint(out var flag):
                json.WriteBooleanValue(flag != 0);
                break;
            case Many when rest.TryBytes(out var many):
                json.WriteStartArray();
                if (!TryItems(many, json, depth)) return false;
                json.WriteEndArray();
                break;
            case Named when rest.TryBytes(out var named):
                json.WriteStartObject();
                if (!TryFields(named, json, depth)) return false;
                json.WriteEndObject();
                break;
            default:
                return false;
        }
        return rest.IsEmpty;
    }

    private static bool TryItems(ReadOnlySpan<byte> items, Utf8JsonWriter json, int depth)
    {
        var rest = new ProtoReader(items);
        while (rest.TryTag(out var tag))
            if (tag != First || !rest.TryBytes(out var item) || !TryValue(item, json, depth + 1)) return false;
        return true;
    }

    // A name that comes twice counts by its last value, in a map as in JSON.
    private static bool TryFields(ReadOnlySpan<byte> fields, Utf8JsonWriter json, int depth)
    {
        var rest = new ProtoReader(fields);
        while (rest.TryTag(out var tag))
        {
            if (tag != First || !rest.TryBytes(out var bytes)) return false;
            var entry = new ProtoReader(bytes);
            if (!entry.TryTag(out tag)) return false;
            // Some write no name where it is empty.
            ReadOnlySpan<byte> name = default;
            if (tag == First && (!entry.TryBytes(out name) || !Utf8.IsValid(name) || !entry.TryTag(out tag))) return false;
            json.WritePropertyName(name);
            if (tag != Second || !entry.TryBytes(out var value) || !TryValue(value, json, depth + 1) || !entry.IsEmpty) return false;
        }
        return true;
    }
}
