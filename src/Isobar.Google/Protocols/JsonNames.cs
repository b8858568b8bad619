using System.Text.Json;
using Google.Protobuf.Reflection;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Error = Isobar.Core.Results.Error;

namespace Isobar.Google.Protocols;

/// <summary>Refuses names that a method's messages do not have, in a body and in a query, as Google's servers do. The JSON reader behind it would pass over them.</summary>
internal static class JsonNames
{
    private const int MaxBody = 64 << 20;
    private static readonly byte[] NoFields = "{}"u8.ToArray();
    // Parameters of every method.
    private static readonly HashSet<string> Common = ["alt", "$alt", "key", "prettyPrint", "quotaUser", "access_token", "oauth_token", "callback", "$.xgafv", "$prettyPrint", "$ct", "$req"];

    public static async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not { } method)
        {
            await next(http).ConfigureAwait(false);
            return;
        }
        var request = method.MethodDescriptor.InputType;
        if (http.Request.Query.Keys.FirstOrDefault(k => !Common.Contains(k) && !Knows(request, k)) is { } unbound)
        {
            await RefuseAsync(http, unbound, $"Invalid JSON payload received. Unknown name \"{unbound}\": Cannot bind query parameter.").ConfigureAwait(false);
            return;
        }
        if (method.HttpRule.Body.Length > 0)
        {
            if (await BoundedBody.ReadAsync(http.Request.BodyReader, http.Request.ContentLength, MaxBody, http.RequestAborted).ConfigureAwait(false) is not { } body)
            {
                await RestErrors.WriteStatusAsync(http, new Error(ErrorCode.InvalidArgument, $"The request takes at most {MaxBody} bytes.")).ConfigureAwait(false);
                return;
            }
            var type = method.HttpRule.Body == "*" ? request : Named(request, method.HttpRule.Body) is { FieldType: FieldType.Message } field ? field.MessageType : null;
            if (type is not null && Unknown(type, body) is { } wrong)
            {
                await RefuseAsync(http, wrong.Path.Length == 0 ? wrong.Name : $"{wrong.Path}.{wrong.Name}", $"Invalid JSON payload received. Unknown name \"{wrong.Name}\"{(wrong.Path.Length == 0 ? "" : $" at '{wrong.Path}'")}: Cannot find field.").ConfigureAwait(false);
                return;
            }
            http.Request.Body = new MemoryStream(body.IsEmpty ? NoFields : body.ToArray());
            // No body is a message without fields, whatever it calls itself.
            if (body.IsEmpty) (http.Request.ContentType, http.Request.ContentLength) = ("application/json", NoFields.Length);
        }
        await next(http).ConfigureAwait(false);
    }

    /// <summary>The first name in a JSON object that a message does not have, and where; null for none. What is no JSON is refused elsewhere.</summary>
    internal static (string Path, string Name)? Unknown(MessageDescriptor type, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Unknown(type, document.RootElement, "");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (string Path, string Name)? Unknown(MessageDescriptor type, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object || RequestFields.IsWellKnown(type)) return null;
        foreach (var property in json.EnumerateObject())
        {
            if (Named(type, property.Name) is not { } field)
            {
                // Google's client for Node.js writes out every field of what it has read, those that hold nothing as well.
                if (IsEmpty(property.Value)) continue;
                return (path, property.Name);
            }
            // A field that is refused is told of by its name, whatever it holds.
            if (field.FieldType != FieldType.Message || field.MessageType.FullName == RefusedReflection.Descriptor.MessageTypes[0].FullName) continue;
            var below = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (In(field, property.Value, below) is { } found) return found;
        }
        return null;
    }

    private static (string Path, string Name)? In(FieldDescriptor field, JsonElement json, string path)
    {
        if (field.IsMap)
        {
            if (field.MessageType.Fields.InFieldNumberOrder()[1] is not { FieldType: FieldType.Message } value || json.ValueKind != JsonValueKind.Object) return null;
            foreach (var entry in json.EnumerateObject())
                if (Unknown(value.MessageType, entry.Value, $"{path}[{entry.Name}]") is { } found) return found;
            return null;
        }
        if (!field.IsRepeated) return Unknown(field.MessageType, json, path);
        if (json.ValueKind != JsonValueKind.Array) return null;
        var at = 0;
        foreach (var item in json.EnumerateArray())
            if (Unknown(field.MessageType, item, $"{path}[{at++}]") is { } found) return found;
        return null;
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Number => value.TryGetInt64(out var number) && number == 0,
        _ => false,
    };

    private static bool Knows(MessageDescriptor type, string path)
    {
        var dot = path.IndexOf('.');
        if (Named(type, dot < 0 ? path : path[..dot]) is not { } field) return false;
        return dot < 0 || (field.FieldType == FieldType.Message && (RequestFields.IsWellKnown(field.MessageType) || Knows(field.MessageType, path[(dot + 1)..])));
    }

    private static FieldDescriptor? Named(MessageDescriptor type, string name) => type.FindFieldByName(name) ?? type.Fields.InFieldNumberOrder().FirstOrDefault(f => f.JsonName == name);

    private static Task RefuseAsync(HttpContext http, string field, string message) => RestErrors.WriteStatusAsync(http, Error.Invalid(field, null, message));
}
