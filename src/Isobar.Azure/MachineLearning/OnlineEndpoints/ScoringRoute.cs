using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>The scoring address of an endpoint: <c>/online-endpoints/REGION/NAME/score</c>. A name with a hyphen is no storage account's, so that none of those is hidden.</summary>
internal sealed class ScoringRoute(ScoringTable table, IEndpoints engine, TimeProvider time)
{
    public const string Prefix = "/online-endpoints/";
    private const string DeploymentHeader = "azureml-model-deployment", Scheme = "Bearer ";
    private const int MaxBody = 10 << 20;

    public static bool Matches(HttpRequest request) => request.Path.Value!.StartsWith(Prefix, StringComparison.Ordinal);

    // 1. Find the endpoint; 2. check the key; 3. read; 4. ask; 5. answer.
    public async Task HandleAsync(HttpContext http)
    {
        // 1.
        http.Response.Headers["x-ms-request-id"] = RequestId();
        var (place, action) = Split(http.Request.Path.Value!);
        if (place.IsEmpty || await table.FindAsync(place, http.RequestAborted).ConfigureAwait(false) is not { } target)
        {
            await RefuseAsync(http, 404, $"There is no online endpoint at '{http.Request.Path}'.").ConfigureAwait(false);
            return;
        }

        // 2.
        if (!IsAllowed(target, http.Request.Headers.Authorization.ToString()))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(http, 401, $"The endpoint asks for Authorization: Bearer with {(target.AuthMode == "Key" ? "one of its keys" : "a token that is valid now")}.").ConfigureAwait(false);
            return;
        }
        if (action.IsEmpty)
        {
            await http.Response.WriteAsync("Healthy").ConfigureAwait(false);
            return;
        }
        var isScore = action.Span.SequenceEqual("score");
        if (!isScore || !HttpMethods.IsPost(http.Request.Method))
        {
            await RefuseAsync(http, isScore ? 405 : 404, "Scores are asked for by POST at /score.").ConfigureAwait(false);
            return;
        }

        // 3.
        var body = await BoundedBody.ReadAsync(http.Request.BodyReader, http.Request.ContentLength, MaxBody, http.RequestAborted).ConfigureAwait(false);
        if (body is null)
        {
            await RefuseAsync(http, 413, $"A request takes at most {MaxBody} bytes.").ConfigureAwait(false);
            return;
        }

        // 4.
        var ask = new Invocation
        {
            Body = body.Value,
            ContentType = http.Request.ContentType ?? "application/json",
            Accept = http.Request.Headers.Accept.ToString() is { Length: > 0 } accept && accept != "*/*" ? accept : null,
            TargetVariant = http.Request.Headers[DeploymentHeader].ToString() is { Length: > 0 } named ? named : null,
        };
        using var reply = await engine.InvokeAsync(target.EngineId, ask, http.RequestAborted).ConfigureAwait(false);

        // 5.
        if (reply.InvokedVariant is { } variant) http.Response.Headers[DeploymentHeader] = variant;
        if (reply.Error is { } error) await RefuseAsync(http, error).ConfigureAwait(false);
        else
        {
            // What a model answers besides 200 is its own affair: the endpoint says so with 424, and with which status.
            if (reply.Status is < 200 or >= 300) Blame(http, reply.Status, "model_error");
            http.Response.ContentType = reply.ContentType;
            // With its length known, an answer is not sent in chunks.
            http.Response.ContentLength = reply.Body.Length;
            await http.Response.BodyWriter.WriteAsync(reply.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    // REGION/NAME, and what is asked of it.
    private static (ReadOnlyMemory<char> Place, ReadOnlyMemory<char> Action) Split(string path)
    {
        var rest = path.AsMemory(Prefix.Length);
        var region = rest.Span.IndexOf('/');
        if (region < 0) return default;
        var name = rest.Span[(region + 1)..].IndexOf('/');
        return name < 0 ? (rest, default) : (rest[..(region + 1 + name)], rest[(region + name + 2)..]);
    }

    // It tells requests apart in logs and is no secret: the generator need not be one for keys, which costs a system call each time.
    private static string RequestId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private bool IsAllowed(ScoringTarget target, string authorization)
    {
        var bearer = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization.AsSpan(Scheme.Length).Trim() : [];
        return !bearer.IsEmpty && target.AuthMode switch
        {
            "Key" => target.Keys.IsKey(bearer),
            "AMLToken" => target.Keys.IsToken(bearer.ToString(), time.GetUtcNow()),
            // Tokens of Entra are taken as they are, as everywhere on this port.
            _ => true,
        };
    }

    private static Task RefuseAsync(HttpContext http, Error error)
    {
        switch (error.Code)
        {
            case ErrorCode.InvalidArgument or ErrorCode.Unimplemented:
                Blame(http, 400, error.Message);
                return RefuseAsync(http, 424, error.Message);
            case ErrorCode.NotFound or ErrorCode.FailedPrecondition: return RefuseAsync(http, 404, error.Message);
            case ErrorCode.ResourceExhausted: return RefuseAsync(http, 429, error.Message);
            case ErrorCode.DeadlineExceeded: return RefuseAsync(http, 408, error.Message);
            case ErrorCode.Unavailable: return RefuseAsync(http, 503, error.Message);
            default: return RefuseAsync(http, 500, error.Message);
        }
    }

    private static void Blame(HttpContext http, int status, string reason)
    {
        http.Response.StatusCode = 424;
        http.Response.Headers["ms-azureml-model-error-statuscode"] = status.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["ms-azureml-model-error-reason"] = new string([.. reason.Where(c => c is >= ' ' and < (char)127).Take(200)]);
    }

    private static Task RefuseAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(new JsonObject { ["message"] = message }.ToJsonString());
    }
}
