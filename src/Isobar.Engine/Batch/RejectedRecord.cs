using System.Buffers;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>A record that the model refused, as it stands in the file of errors: <c>{"instance": ..., "error": {"code": ..., "message": ...}}</c>.</summary>
internal static class RejectedRecord
{
    public static byte[] Line(RecordGroup one, Error error)
    {
        var line = new ArrayBufferWriter<byte>(one.Bytes.Length + 128);
        using (var json = new Utf8JsonWriter(line, InstanceRecord.Plain))
        {
            json.WriteStartObject();
            json.WritePropertyName("instance");
            var text = Encoding.UTF8.GetString(one.Bytes).Trim();
            try { JsonElement.Parse(text).WriteTo(json); }
            catch (JsonException) { json.WriteStringValue(text); }
            json.WriteStartObject("error");
            json.WriteNumber("code", (int)error.Code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }
}
