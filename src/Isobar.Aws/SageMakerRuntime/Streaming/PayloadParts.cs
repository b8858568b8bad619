using System.Buffers;
using System.Text;
using System.Text.Json;
using Isobar.Engine.Serving;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerRuntime.Streaming;

/// <summary>Passes a model's reply on as PayloadPart events, each as soon as it has come.</summary>
internal static class PayloadParts
{
    private static readonly (string, string)[] Part = [(":message-type", "event"), (":event-type", "PayloadPart"), (":content-type", "application/octet-stream")];
    private static readonly (string, string)[] Failure = [(":message-type", "exception"), (":exception-type", "ModelStreamError"), (":content-type", "application/json")];

    public static async Task WriteAsync(HttpContext http, StreamingReply reply)
    {
        var response = http.Response;
        response.ContentType = "application/vnd.amazon.eventstream";
        if (reply.ContentType is { } type) response.Headers[RuntimeHeaders.ContentType] = type;
        if (reply.InvokedVariant is { } variant) response.Headers[RuntimeHeaders.InvokedVariant] = variant;
        if (reply.CustomAttributes is { } attributes) response.Headers[RuntimeHeaders.CustomAttributes] = attributes;
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await reply.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
            {
                EventStreamFrame.Write(response.BodyWriter, Part, buffer.AsSpan(0, count));
                await response.BodyWriter.FlushAsync(http.RequestAborted);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            EventStreamFrame.Write(response.BodyWriter, Failure, Exception("ModelInvocationTimeExceeded", $"The model's reply broke off: {e.Message}"));
            await response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static async Task<string> ReadTextAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[1500];
        var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private static byte[] Exception(string code, string message)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("Message", message);
            writer.WriteString("ErrorCode", code);
            writer.WriteEndObject();
        }
        return body.ToArray();
    }
}
