using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Isobar.MultiCloud.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Control;

/// <summary>
/// Answers a request that is sent twice under one <c>Idempotency-Key</c> as it was answered the first time, also where it comes to another server of the cluster, and at
/// the same moment. Keys are kept a day.
/// </summary>
internal sealed class Idempotency(IControlStore store, TimeProvider time)
{
    private const int MaxKey = 255;
    /// <summary>The status of a request that is under way.</summary>
    private const int UnderWay = 0;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1), SweepEvery = TimeSpan.FromHours(1), Poll = TimeSpan.FromMilliseconds(100);
    /// <summary>The longest that a second request waits for the first one's answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    /// <summary>A request that has been under way for so long is one whose server died.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(2);
    internal static readonly Kind<KeptReply> Replies = new("control.idempotency", IdempotencyJson.Default.KeptReply);
    private DateTimeOffset _swept = DateTimeOffset.MinValue;

    // 1. Is there a key? 2. Was it used before: answer the same. 3. It is under way elsewhere: wait for that answer. 4. Claim it. 5. Do what is asked, and keep the answer.
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // 1.
        var http = context.HttpContext;
        if (http.Request.Headers["Idempotency-Key"].FirstOrDefault() is not { Length: > 0 } key) return await next(context).ConfigureAwait(false);
        if (key.Length > MaxKey) return Results.Problem($"An Idempotency-Key has at most {MaxKey} characters; this one has {key.Length}.", statusCode: 400);
        await SweepAsync(http.RequestAborted).ConfigureAwait(false);
        var id = Digest(key);
        var asked = Digest($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{await BodyAsync(http).ConfigureAwait(false)}");
        for (var end = time.GetUtcNow() + Patience; ;)
        {
            // 2.
            var known = await store.GetAsync(Replies, id, http.RequestAborted).ConfigureAwait(false);
            var age = time.GetUtcNow() - (known?.Value.At ?? default);
            if (known is { Value.Status: not UnderWay } && age < KeptFor) return Again(http, known.Value, asked);
            // 3.
            if (known is { Value.Status: UnderWay } && age < Abandoned)
            {
                if (known.Value.Request != asked) return OtherRequest();
                if (time.GetUtcNow() >= end) return Results.Problem("A request of this Idempotency-Key is under way; ask again for its answer.", statusCode: 409);
                await Task.Delay(Poll, time, http.RequestAborted).ConfigureAwait(false);
                continue;
            }
            // 4.
            if ((await store.WriteAsync(Replies, id, new KeptReply(asked, UnderWay, "", null, time.GetUtcNow()), known?.Version ?? 0, http.RequestAborted).ConfigureAwait(false)).IsOk) break;
        }
        // 5.
        return await FirstAsync(context, next, id, asked).ConfigureAwait(false);
    }

    private async Task<IResult> FirstAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string id, string asked)
    {
        var http = context.HttpContext;
        var (body, plain, isKept) = (new MemoryStream(), http.Response.Body, false);
        http.Response.Body = body;
        try
        {
            if (await next(context).ConfigureAwait(false) is IResult result) await result.ExecuteAsync(http).ConfigureAwait(false);
            // A fault of ours is not what was asked for: the next try may do better.
            if (http.Response.StatusCode < 500)
            {
                // What was done is done, whoever has gone away meanwhile.
                await store.PutAsync(Replies, id, new KeptReply(asked, http.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()), http.Response.Headers.ETag, time.GetUtcNow()), CancellationToken.None).ConfigureAwait(false);
                isKept = true;
            }
        }
        finally
        {
            http.Response.Body = plain;
            if (!isKept) await store.DeleteAsync(Replies, id, CancellationToken.None).ConfigureAwait(false);
        }
        body.Position = 0;
        await body.CopyToAsync(plain, http.RequestAborted).ConfigureAwait(false);
        return Results.Empty;
    }

    private static IResult Again(HttpContext http, KeptReply known, string asked)
    {
        if (known.Request != asked) return OtherRequest();
        http.Response.Headers["Idempotent-Replayed"] = "true";
        if (known.ETag is { } tag) http.Response.Headers.ETag = tag;
        if (known.Body.Length == 0) return Results.StatusCode(known.Status);
        return Results.Text(known.Body, known.Status >= 400 ? "application/problem+json" : "application/json", Encoding.UTF8, known.Status);
    }

    private static IResult OtherRequest() => Results.Problem("This Idempotency-Key was used for another request.", statusCode: 422);

    private async Task SweepAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (now - _swept < SweepEvery) return;
        _swept = now;
        foreach (var old in await store.ListAsync(Replies, "", ct).ConfigureAwait(false))
            if (now - old.Value.At > KeptFor) await store.DeleteAsync(Replies, old.Id, ct).ConfigureAwait(false);
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

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
/// <param name="Status">The answer's status; 0 while it is under way.</param>
/// <param name="At">When it was answered, or begun.</param>
internal sealed record KeptReply(string Request, int Status, string Body, string? ETag, DateTimeOffset At);

[JsonSerializable(typeof(KeptReply))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
