using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Isobar.MultiCloud.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Control;

/// <summary>Answers a request that is sent twice under one <c>Idempotency-Key</c> as it was answered the first time. Keys are kept a day.</summary>
internal sealed class Idempotency(IControlStore store, TimeProvider time) : IEndpointFilter
{
    private const int MaxKey = 255;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);
    private static readonly Kind<KeptReply> Replies = new("control.idempotency", IdempotencyJson.Default.KeptReply);
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers["Idempotency-Key"].FirstOrDefault() is not { Length: > 0 } key) return await next(context).ConfigureAwait(false);
        if (key.Length > MaxKey) return Results.Problem($"An Idempotency-Key has at most {MaxKey} characters; this one has {key.Length}.", statusCode: 400);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        var asked = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{await BodyAsync(http).ConfigureAwait(false)}")));
        var stripe = _stripes[id[0] % _stripes.Length];
        await stripe.WaitAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            if (await store.GetAsync(Replies, id, http.RequestAborted).ConfigureAwait(false) is { } known && time.GetUtcNow() - known.Value.At < KeptFor)
            {
                if (known.Value.Request != asked) return Results.Problem("This Idempotency-Key was used for another request.", statusCode: 422);
                http.Response.Headers["Idempotent-Replayed"] = "true";
                if (known.Value.ETag is { } tag) http.Response.Headers.ETag = tag;
                return Results.Text(known.Value.Body, known.Value.Status >= 400 ? "application/problem+json" : "application/json", Encoding.UTF8, known.Value.Status);
            }
            var (body, plain) = (new MemoryStream(), http.Response.Body);
            http.Response.Body = body;
            try
            {
                if (await next(context).ConfigureAwait(false) is IResult result) await result.ExecuteAsync(http).ConfigureAwait(false);
            }
            finally
            {
                http.Response.Body = plain;
            }
            // A fault of ours is not what was asked for: the next try may do better.
            if (http.Response.StatusCode < 500)
                await store.PutAsync(Replies, id, new KeptReply(asked, http.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()), http.Response.Headers.ETag, time.GetUtcNow()), http.RequestAborted).ConfigureAwait(false);
            body.Position = 0;
            await body.CopyToAsync(plain, http.RequestAborted).ConfigureAwait(false);
            return Results.Empty;
        }
        finally
        {
            stripe.Release();
        }
    }

    private static async Task<string> BodyAsync(HttpContext http)
    {
        if (!http.Request.Body.CanSeek) return "";
        http.Request.Body.Position = 0;
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8, leaveOpen: true);
        var text = await reader.ReadToEndAsync(http.RequestAborted).ConfigureAwait(false);
        http.Request.Body.Position = 0;
        return text;
    }
}

/// <summary>An answer that was given to an idempotency key.</summary>
/// <param name="Request">A digest of what was asked.</param>
internal sealed record KeptReply(string Request, int Status, string Body, string? ETag, DateTimeOffset At);

[JsonSerializable(typeof(KeptReply))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
