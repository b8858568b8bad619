using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.V1;
using Microsoft.AspNetCore.Http;
using Error = Isobar.Core.Results.Error;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary>Predictions over REST. The hot path: a body goes to the model as it came, and no message is made of it in between.</summary>
internal sealed class PredictionRoutes(IEndpoints engine, EndpointStore endpoints)
{
    private const string Prefix = "/v1/projects/", Marker = "/endpoints/";
    private const int MaxBody = 10 << 20;
    private readonly ConditionalWeakTable<DeployedModel, byte[]> _tails = [];

    /// <summary>The method that a request names; null where it is none of these.</summary>
    public static string? MethodOf(HttpRequest request)
    {
        if (request.Method != "POST" || request.Path.Value is not { } path || !path.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var colon = path.LastIndexOf(':');
        if (colon < 0 || path.IndexOf(Marker, StringComparison.Ordinal) < 0) return null;
        return path.AsSpan(colon + 1) switch { "predict" => "predict", "rawPredict" => "rawPredict", "streamRawPredict" => "streamRawPredict", _ => null };
    }

    public async Task HandleAsync(HttpContext http, string method)
    {
        var path = http.Request.Path.Value!;
        var name = path[4..path.LastIndexOf(':')];
        if (await BoundedBody.ReadAsync(http.Request.BodyReader, http.Request.ContentLength, MaxBody, http.RequestAborted).ConfigureAwait(false) is not { } body)
        {
            await RestErrors.WriteAsync(http, new Error(ErrorCode.InvalidArgument, $"The request takes at most {MaxBody} bytes.")).ConfigureAwait(false);
            return;
        }
        if (method == "predict") await PredictAsync(http, name, body).ConfigureAwait(false);
        else if (method == "rawPredict") await RawAsync(http, name, body).ConfigureAwait(false);
        else await StreamAsync(http, name, body).ConfigureAwait(false);
    }

    private async Task PredictAsync(HttpContext http, string name, ReadOnlyMemory<byte> body)
    {
        using var reply = await engine.InvokeAsync("gcp/" + name, new Invocation { Body = body, ContentType = "application/json", Accept = "application/json" }, http.RequestAborted).ConfigureAwait(false);
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error)
        {
            await RestErrors.WriteAsync(http, PredictionReply.Named(error, name)).ConfigureAwait(false);
            return;
        }
        var deployed = await endpoints.DeployedAsync(name, reply.InvokedVariant, http.RequestAborted).ConfigureAwait(false);
        http.Response.ContentType = "application/json; charset=UTF-8";
        var answer = reply.Body.Span.TrimEnd(" \r\n\t"u8);
        // The model's own object is kept and who answered is written behind its last field; anything else becomes the predictions.
        var isObject = answer.Length > 2 && answer[0] == (byte)'{' && answer[^1] == (byte)'}';
        var head = isObject ? [] : "{\"predictions\":"u8;
        if (isObject) answer = answer[..^1];
        // What is said of a deployed model is the same as long as it is.
        var tail = deployed is not null && reply.InvokedVariant == deployed.Id ? _tails.GetValue(deployed, d => Tail(d.Id, d)) : Tail(reply.InvokedVariant, deployed);
        // With its length known, an answer is not sent in chunks.
        http.Response.ContentLength = head.Length + answer.Length + tail.Length;
        var writer = http.Response.BodyWriter;
        writer.Write(head);
        writer.Write(answer);
        writer.Write(tail);
        await writer.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private static byte[] Tail(string? variant, DeployedModel? deployed)
    {
        var tail = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(tail))
        {
            json.WriteStartObject();
            json.WriteString("deployedModelId"u8, variant);
            if (deployed is not null)
            {
                Field(json, "model"u8, deployed.Model);
                Field(json, "modelVersionId"u8, deployed.ModelVersionId);
                Field(json, "modelDisplayName"u8, deployed.DisplayName);
            }
            json.WriteEndObject();
        }
        // It goes on behind a field.
        var bytes = tail.WrittenSpan.ToArray();
        bytes[0] = (byte)',';
        return bytes;
    }

    private static void Field(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0) json.WriteString(name, value);
    }

    private async Task RawAsync(HttpContext http, string name, ReadOnlyMemory<byte> body)
    {
        using var reply = await engine.InvokeAsync("gcp/" + name, Ask(http, body), http.RequestAborted).ConfigureAwait(false);
        if (reply.Error is { } error)
        {
            await RestErrors.WriteAsync(http, PredictionReply.Named(error, name)).ConfigureAwait(false);
            return;
        }
        await HeadAsync(http, name, reply.Status, reply.ContentType, reply.InvokedVariant).ConfigureAwait(false);
        http.Response.ContentLength = reply.Body.Length;
        await http.Response.BodyWriter.WriteAsync(reply.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private async Task StreamAsync(HttpContext http, string name, ReadOnlyMemory<byte> body)
    {
        await using var reply = await engine.InvokeStreamAsync("gcp/" + name, Ask(http, body), http.RequestAborted).ConfigureAwait(false);
        if (reply.Error is { } error)
        {
            await RestErrors.WriteAsync(http, PredictionReply.Named(error, name)).ConfigureAwait(false);
            return;
        }
        await HeadAsync(http, name, reply.Status, reply.ContentType, reply.InvokedVariant).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int read; (read = await reply.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false)) > 0;)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Invocation Ask(HttpContext http, ReadOnlyMemory<byte> body)
    {
        var (content, type) = Unwrap(body, http.Request.ContentType);
        return new Invocation { Body = content, ContentType = type, Accept = http.Request.Headers.Accept.ToString() is { Length: > 0 } accept && accept != "*/*" ? accept : null };
    }

    private async ValueTask HeadAsync(HttpContext http, string name, int status, string? type, string? variant)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.Headers["X-Vertex-AI-Deployed-Model-Id"] = variant;
        if (await endpoints.DeployedAsync(name, variant, http.RequestAborted).ConfigureAwait(false) is { } deployed) http.Response.Headers["X-Vertex-AI-Model"] = deployed.Model;
    }

    /// <summary>Google's client libraries send the message <c>{"httpBody": {"contentType", "data"}}</c>, everyone else the bytes themselves.</summary>
    private static (ReadOnlyMemory<byte> Body, string Type) Unwrap(ReadOnlyMemory<byte> body, string? type)
    {
        if (body.Length < 12 || !body.Span.TrimStart(" \r\n\t"u8).StartsWith("{"u8) || body.Span.IndexOf("\"httpBody\""u8) is < 0 or > 200) return (body, type ?? "application/json");
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!document.RootElement.TryGetProperty("httpBody", out var wrapped) || wrapped.ValueKind != JsonValueKind.Object) return (body, type ?? "application/json");
            var data = wrapped.TryGetProperty("data", out var bytes) && bytes.ValueKind == JsonValueKind.String ? bytes.GetBytesFromBase64() : [];
            return (data, wrapped.TryGetProperty("contentType", out var inner) && inner.GetString() is { Length: > 0 } said ? said : "application/json");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return (body, type ?? "application/json");
        }
    }
}
