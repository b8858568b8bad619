using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols.Json;

/// <summary>The envelope of the awsJson protocols.</summary>
internal static class AwsJson
{
    public static async Task WriteAsync(HttpResponse response, string contentType, object reply, JsonTypeInfo type)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        if (reply is NoReply)
        {
            response.ContentLength = 0;
            return;
        }
        var body = JsonSerializer.SerializeToUtf8Bytes(reply, type);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    /// <param name="messageField"><c>message</c>, or <c>Message</c> for errors whose model names it so.</param>
    public static async Task WriteErrorAsync(HttpResponse response, string contentType, AwsError error, string messageField = "message")
    {
        response.StatusCode = error.Status;
        response.ContentType = contentType;
        response.Headers["x-amzn-ErrorType"] = error.Code;
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("__type", error.Code);
            writer.WriteString(messageField, error.Message);
            writer.WriteEndObject();
        }
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
