using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Aws.SageMakerRuntime.Streaming;
using Isobar.Core.Results;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.Server.Gateway.Dispatch;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway.Formats;

/// <summary>Writes an answer in the words of its request.</summary>
internal static class ReplyWriter
{
    public const string BackendHeader = "X-Isobar-Backend", TriesHeader = "X-Isobar-Tries";
    private const int Piece = 16 * 1024, MostOfPart = 128 * 1024, MaxShown = 1500;

    public static Task WriteAsync(HttpContext http, PredictionFormat format, bool asValues, in Dispatched dispatched, TimeSpan idle, TimeProvider time)
    {
        var reply = dispatched.Reply;
        if (dispatched.Backend is { } backend) http.Response.Headers[BackendHeader] = backend.Definition.Name;
        if (dispatched.Tries > 1) http.Response.Headers[TriesHeader] = dispatched.Tries.ToString(System.Globalization.CultureInfo.InvariantCulture);
        // Nobody answered, or a cloud's client has understood its refusal.
        if (reply.Status == 0 && reply.Error is { } error) return GatewayErrors.WriteAsync(http, format, error, error.Code is ErrorCode.Unavailable or ErrorCode.ResourceExhausted ? TimeSpan.FromSeconds(1) : null);
        if (reply.Status >= 400 && format is PredictionFormat.SageMaker or PredictionFormat.SageMakerStream && reply.Rest is null) return WriteModelErrorAsync(http, reply);

        http.Response.StatusCode = reply.Status;
        if (format is PredictionFormat.SageMaker or PredictionFormat.SageMakerStream && dispatched.Backend is { } variant) http.Response.Headers["x-Amzn-Invoked-Production-Variant"] = variant.Definition.Name;
        if (reply.Rest is not null)
        {
            http.Response.ContentType = reply.ContentType;
            Pass(http, reply.Headers);
            if (format == PredictionFormat.SageMakerStream) Events(http, reply.ContentType);
            return StreamAsync(http, reply, idle, format == PredictionFormat.SageMakerStream, time);
        }
        return WriteBodyAsync(http, format, asValues, reply.Status, reply.ContentType, reply.Headers, reply.Body);
    }

    /// <summary>Writes a whole body, and the headers that came with it.</summary>
    public static Task WriteBodyAsync(HttpContext http, PredictionFormat format, bool asValues, int status, string? contentType, IReadOnlyList<KeyValuePair<string, StringValues>> headers, ReadOnlyMemory<byte> body)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        Pass(http, headers);
        // An answer without a body may not say how long its body is (RFC 9110, 8.6).
        if (status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified) return Task.CompletedTask;
        if (format == PredictionFormat.SageMakerStream)
        {
            Events(http, contentType);
            for (var rest = body; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, MostOfPart)..]) PayloadStream.WritePart(response.BodyWriter, rest.Span[..Math.Min(rest.Length, MostOfPart)]);
            return Task.CompletedTask;
        }
        var wrap = false;
        // What is compressed is not ours to read, let alone to put words around.
        if (status < 300 && !response.Headers.ContainsKey("Content-Encoding") && format is not (PredictionFormat.SageMaker or PredictionFormat.SageMakerStream or PredictionFormat.VertexRaw) && contentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true)
        {
            if (asValues && PredictedValues.AsList(contentType, body) is { } values) body = values;
            if (format == PredictionFormat.Azure) body = Envelopes.Predictions(body);
            else wrap = !Envelopes.IsObject(body.Span);
        }
        response.ContentLength = body.Length + (wrap ? Before.Length + After.Length : 0);
        var writer = response.BodyWriter;
        if (wrap) writer.Write(Before);
        writer.Write(body.Span);
        if (wrap) writer.Write(After);
        // What is written is sent when the request ends, with its head: a flush of its own would be one more wait.
        return Task.CompletedTask;
    }

    private static void Events(HttpContext http, string? payloadType)
    {
        http.Response.ContentType = PayloadStream.ContentType;
        if (payloadType is not null) http.Response.Headers[PayloadStream.PayloadTypeHeader] = payloadType;
    }

    private static void Pass(HttpContext http, IReadOnlyList<KeyValuePair<string, StringValues>> headers)
    {
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
    }

    private static ReadOnlySpan<byte> Before => "{\"predictions\":"u8;

    private static ReadOnlySpan<byte> After => "}"u8;

    // As SageMaker says it: 424 with the model's own status and words.
    private static Task WriteModelErrorAsync(HttpContext http, UpstreamReply reply)
    {
        var text = Encoding.UTF8.GetString(reply.Body.Span[..Math.Min(MaxShown, reply.Body.Length)]);
        var client = reply.Status < 500;
        http.Response.StatusCode = StatusCodes.Status424FailedDependency;
        http.Response.ContentType = "application/json";
        http.Response.Headers["x-amzn-ErrorType"] = "ModelError";
        return http.Response.WriteAsync(new JsonObject
        {
            ["ErrorCode"] = client ? "CLIENT_ERROR_FROM_MODEL" : "INTERNAL_FAILURE_FROM_MODEL",
            ["Message"] = $"Received {(client ? "client" : "server")} error ({reply.Status}) from primary with message \"{text}\".",
            ["OriginalMessage"] = text,
            ["OriginalStatusCode"] = reply.Status,
        }.ToJsonString());
    }

    // A stream that stalls or breaks off cannot be asked again, for its beginning is with the caller: it is broken off there too, never ended as if it were whole.
    // SageMaker has an event that says so.
    private static async Task StreamAsync(HttpContext http, UpstreamReply reply, TimeSpan idle, bool asEvents, TimeProvider time)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            if (!reply.Body.IsEmpty) await WriteAsync(reply.Body).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(idle, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
            while (true)
            {
                limit.CancelAfter(idle);
                var read = await reply.Rest!.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                if (read == 0) break;
                await WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            if (asEvents && !http.RequestAborted.IsCancellationRequested)
            {
                PayloadStream.WriteFailure(http.Response.BodyWriter, "The model's reply broke off.");
                return;
            }
            http.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
        {
            if (asEvents)
                for (var rest = piece; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, MostOfPart)..]) PayloadStream.WritePart(http.Response.BodyWriter, rest.Span[..Math.Min(rest.Length, MostOfPart)]);
            else http.Response.BodyWriter.Write(piece.Span);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        }
    }
}
