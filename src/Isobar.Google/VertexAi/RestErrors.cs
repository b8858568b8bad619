using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;

namespace Isobar.Google.VertexAi;

/// <summary>Errors over REST: <c>google.rpc.Status</c> inside <c>error</c>, its code being the HTTP status and its status the gRPC code's name.</summary>
internal static class RestErrors
{
    /// <summary>Writes the envelope.</summary>
    public static Task WriteAsync(HttpContext http, Error error) => WriteAsync(http, (int)error.Code, error.Message, Details(error));

    /// <summary>Writes the bare status, as transcoding does, which <see cref="WrapAsync"/> puts into the envelope.</summary>
    public static Task WriteStatusAsync(HttpContext http, Error error)
    {
        http.Response.StatusCode = Of((int)error.Code).Status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(new JsonObject { ["code"] = (int)error.Code, ["message"] = error.Message, ["details"] = Details(error) }.ToJsonString());
    }

    private static JsonArray? Details(Error error) => error.Faults.Count == 0 ? null : new JsonArray(new JsonObject
    {
        ["@type"] = "type.googleapis.com/google.rpc.BadRequest",
        ["fieldViolations"] = new JsonArray([.. error.Faults.Select(f => (JsonNode)new JsonObject { ["field"] = f.Field, ["description"] = f.Message })]),
    });

    /// <summary>Rewrites what transcoding answers on a failure, the bare status, into the envelope.</summary>
    public static async Task WrapAsync(HttpContext http, RequestDelegate next)
    {
        var original = http.Response.Body;
        var held = new HeldErrors(http.Response, original);
        http.Response.Body = held;
        try
        {
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            http.Response.Body = original;
        }
        if (held.Kept is not { } kept) return;
        var status = JsonNode.Parse(kept.GetBuffer().AsSpan(0, (int)kept.Length)) as JsonObject;
        await WriteAsync(http, status?["code"]?.GetValue<int>() ?? 2, status?["message"]?.GetValue<string>() ?? "Unknown error", (status?["details"] as JsonArray)?.DeepClone() as JsonArray).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext http, int code, string message, JsonArray? details)
    {
        var (status, name) = Of(code);
        var error = new JsonObject { ["code"] = status, ["message"] = message, ["status"] = name };
        if (details is { Count: > 0 }) error["details"] = details;
        http.Response.StatusCode = status;
        http.Response.ContentLength = null;
        http.Response.ContentType = "application/json; charset=UTF-8";
        return http.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString());
    }

    private static (int Status, string Name) Of(int code) => code switch
    {
        1 => (499, "CANCELLED"),
        3 => (400, "INVALID_ARGUMENT"),
        4 => (504, "DEADLINE_EXCEEDED"),
        5 => (404, "NOT_FOUND"),
        6 => (409, "ALREADY_EXISTS"),
        7 => (403, "PERMISSION_DENIED"),
        8 => (429, "RESOURCE_EXHAUSTED"),
        9 => (400, "FAILED_PRECONDITION"),
        10 => (409, "ABORTED"),
        11 => (400, "OUT_OF_RANGE"),
        12 => (501, "UNIMPLEMENTED"),
        13 => (500, "INTERNAL"),
        14 => (503, "UNAVAILABLE"),
        15 => (500, "DATA_LOSS"),
        16 => (401, "UNAUTHENTICATED"),
        _ => (500, "UNKNOWN"),
    };

    /// <summary>Passes successes on as they are written and keeps failures back.</summary>
    private sealed class HeldErrors(HttpResponse response, Stream inner) : Stream
    {
        public MemoryStream? Kept { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (response.StatusCode < 400) return inner.WriteAsync(buffer, cancellationToken);
            (Kept ??= new MemoryStream()).Write(buffer.Span);
            return default;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
        public override Task FlushAsync(CancellationToken cancellationToken) => response.StatusCode < 400 ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;
        public override void Flush() { }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
