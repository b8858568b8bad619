using System.Collections;
using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols.Cbor;

/// <summary>Smithy's RPC v2 protocol over CBOR, which today's SDKs speak with CloudWatch: <c>POST /service/SERVICE/operation/OPERATION</c>.</summary>
internal static class CborRpc
{
    private const string Protocol = "rpc-v2-cbor", ContentType = "application/cbor";

    /// <summary>The service and the operation that a path names.</summary>
    public static bool TryParsePath(AwsRequest request, out string service, out string operation)
    {
        (service, operation) = ("", "");
        if (request.Http.Request.Headers["smithy-protocol"] != Protocol) return false;
        if (request.Http.Request.Path.Value?.Split('/') is not [.., "service", var found, "operation", var name]) return false;
        // The service's name may carry its namespace.
        (service, operation) = (found[(found.LastIndexOf('.') + 1)..], name);
        return true;
    }

    /// <summary>A request as the JSON of the same shape; times become seconds.</summary>
    /// <exception cref="JsonException">It is not CBOR.</exception>
    public static JsonNode Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return new JsonObject();
        try
        {
            return Value(new CborReader(body, CborConformanceMode.Lax), 0) ?? new JsonObject();
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new JsonException($"The body is not CBOR: {e.Message}", e);
        }
    }

    public static Task WriteAsync(HttpResponse response, object reply, JsonTypeInfo type)
    {
        var writer = new CborWriter();
        if (reply is NoReply)
        {
            writer.WriteStartMap(0);
            writer.WriteEndMap();
        }
        else
        {
            Write(writer, reply, type.Options);
        }
        return SendAsync(response, StatusCodes.Status200OK, writer);
    }

    /// <param name="queryError">The code that SDKs of the query protocol's time know the error by.</param>
    public static Task WriteErrorAsync(HttpResponse response, AwsError error, string queryError)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(2);
        writer.WriteTextString("__type");
        writer.WriteTextString(error.Code);
        writer.WriteTextString("message");
        writer.WriteTextString(error.Message);
        writer.WriteEndMap();
        response.Headers["x-amzn-query-error"] = $"{queryError};{(error.IsSender ? "Sender" : "Receiver")}";
        return SendAsync(response, error.Status, writer);
    }

    private static async Task SendAsync(HttpResponse response, int status, CborWriter writer)
    {
        var body = writer.Encode();
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers["smithy-protocol"] = Protocol;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private static JsonNode? Value(CborReader reader, int depth)
    {
        if (depth > 32) throw new JsonException("The body is nested too deep.");
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                var map = new JsonObject();
                reader.ReadStartMap();
                while (reader.PeekState() != CborReaderState.EndMap)
                {
                    var name = reader.ReadTextString();
                    map[name] = Value(reader, depth + 1);
                }
                reader.ReadEndMap();
                return map;
            case CborReaderState.StartArray:
                var list = new JsonArray();
                reader.ReadStartArray();
                while (reader.PeekState() != CborReaderState.EndArray) list.Add(Value(reader, depth + 1));
                reader.ReadEndArray();
                return list;
            case CborReaderState.Tag:
                reader.ReadTag();
                return Value(reader, depth + 1);
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                return reader.ReadTextString();
            case CborReaderState.ByteString:
                return Convert.ToBase64String(reader.ReadByteString());
            case CborReaderState.Boolean:
                return reader.ReadBoolean();
            case CborReaderState.Null or CborReaderState.Undefined:
                reader.SkipValue();
                return null;
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                return reader.ReadInt64();
            default:
                var number = reader.ReadDouble();
                return double.IsFinite(number) ? number : throw new JsonException("A number is not finite.");
        }
    }

    private static void Write(CborWriter writer, object? value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case string text: writer.WriteTextString(text); break;
            case bool truth: writer.WriteBoolean(truth); break;
            case int or long: writer.WriteInt64(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case double or float or decimal: writer.WriteDouble(Convert.ToDouble(value, CultureInfo.InvariantCulture)); break;
            case DateTimeOffset time:
                writer.WriteTag(CborTag.UnixTimeSeconds);
                writer.WriteDouble(time.ToUnixTimeMilliseconds() / 1000.0);
                break;
            case IDictionary map:
                writer.WriteStartMap(map.Count);
                foreach (DictionaryEntry entry in map)
                {
                    writer.WriteTextString((string)entry.Key);
                    Write(writer, entry.Value, options);
                }
                writer.WriteEndMap();
                break;
            case IEnumerable list:
                writer.WriteStartArray(null);
                foreach (var item in list) Write(writer, item, options);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStartMap(null);
                foreach (var property in options.GetTypeInfo(value.GetType()).Properties)
                {
                    if (property.Get?.Invoke(value) is not { } member) continue;
                    writer.WriteTextString(property.Name);
                    Write(writer, member, options);
                }
                writer.WriteEndMap();
                break;
        }
    }
}
