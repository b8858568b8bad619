using System.Buffers;
using System.Text;
using Isobar.Engine.Serving;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerRuntime.Streaming;

/// <summary>Passes a model's reply on as PayloadPart events, each as soon as it has come.</summary>
internal static class PayloadParts
{
    public static async Task WriteAsync(HttpContext http, StreamingReply reply)
    {
        var response = http.Response;
        response.ContentType = PayloadStream.ContentType;
        if (reply.ContentType is { } type) response.Headers[RuntimeHeaders.ContentType] = type;
        if (reply.InvokedVariant is { } variant) response.Headers[RuntimeHeaders.InvokedVariant] = variant;
        if (reply.CustomAttributes is { } attributes) response.Headers[RuntimeHeaders.CustomAttributes] = attributes;
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await reply.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
            {
                PayloadStream.WritePart(response.BodyWriter, buffer.AsSpan(0, count));
                await response.BodyWriter.FlushAsync(http.RequestAborted);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            PayloadStream.WriteFailure(response.BodyWriter, $"The model's reply broke off: {e.Message}");
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
}
