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
        http.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        var parts = http.Request.Path.Value![Prefix.Length..].Split('/', 3);
        if (parts.Length < 2 || await table.FindAsync(parts[0], parts[1], http.RequestAborted).ConfigureAwait(false) is not { } target)
        {
            await RefuseAsync(http, 404, $"There is no online endpoint '{(parts.Length > 1 ? parts[1] : "")}' in '{parts[0]}'.").ConfigureAwait(false);
            return;
        }

        // 2.
        var authorization = http.Request.Headers.Authorization.ToString();
        var bearer = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : "";
        if (!IsAllowed(target, bearer))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(http, 401, $"The endpoint asks for Authorization: Bearer with {(target.AuthMode == "Key" ? "one of its keys" : "a token that is valid now")}.").ConfigureAwait(false);
            return;
        }
        if (parts.Length < 3 || parts[2].Length == 0)
        {
            await http.Response.WriteAsync("Healthy").ConfigureAwait(false);
            return;
        }
        if (parts[2] != "score" || !HttpMethods.IsPost(http.Request.Method))
        {
            await RefuseAsync(http, parts[2] == "score" ? 405 : 404, "Scores are asked for by POST at /score.").ConfigureAwait(false);
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
            await http.Response.BodyWriter.WriteAsync(reply.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private bool IsAllowed(ScoringTarget target, string bearer) => bearer.Length > 0 && target.AuthMode switch
    {
        "Key" => target.Keys.IsKey(bearer),
        "AMLToken" => target.Keys.IsToken(bearer, time.GetUtcNow()),
        // Tokens of Entra are taken as they are, as everywhere on this port.
        _ => true,
    };

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
