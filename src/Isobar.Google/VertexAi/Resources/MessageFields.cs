using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Resources;

/// <summary>The fields that Vertex AI's resources share, by their names: <c>name</c>, the times, the etag, and what a filter may ask of any of them.</summary>
internal static class MessageFields
{
    /// <summary>A field that holds text.</summary>
    public static string Text(IMessage message, string field) => (string)message.Descriptor.FindFieldByName(field).Accessor.GetValue(message);

    public static void Set(IMessage message, string field, object value) => message.Descriptor.FindFieldByName(field).Accessor.SetValue(message, value);

    /// <summary>Writes the moment of a change, and with it the etag.</summary>
    public static void Stamp(IMessage message, string field, DateTimeOffset now)
    {
        Set(message, field, now.ToTimestamp());
        Set(message, "etag", now.UtcTicks.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A field as a filter compares it, in snake or camel case: <c>display_name</c>, <c>labels.team</c>, <c>metadata.accuracy.number_value</c>. Null for what is not there.</summary>
    public static string? Read(IMessage message, string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var (name, rest) = dot < 0 ? (path, "") : (path[..dot], path[(dot + 1)..]);
        var field = message.Descriptor.Fields.InFieldNumberOrder().FirstOrDefault(f => f.Name == name || f.JsonName == name);
        return field?.Accessor.GetValue(message) switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            Timestamp moment => moment.ToDateTimeOffset().ToString("O"),
            System.Enum state => state.ToString().ToUpperInvariant(),
            MapField<string, string> labels when rest.Length > 0 => labels.TryGetValue(rest, out var label) ? label : null,
            RepeatedField<string> list => string.Join(' ', list),
            Struct facts when rest.Length > 0 => Inside(Value.ForStruct(facts), rest.Split('.')),
            _ => null,
        };
    }

    // metadata.a.b.number_value
    private static string? Inside(Value value, ReadOnlySpan<string> path) => path switch
    {
        [] or ["number_value"] or ["string_value"] or ["bool_value"] => value.KindCase switch
        {
            Value.KindOneofCase.NumberValue => value.NumberValue.ToString("R", CultureInfo.InvariantCulture),
            Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
            Value.KindOneofCase.StringValue => value.StringValue,
            _ => null,
        },
        [var name, .. var rest] => value.KindCase == Value.KindOneofCase.StructValue && value.StructValue.Fields.TryGetValue(name.Trim('"'), out var inner) ? Inside(inner, rest) : null,
    };
}
