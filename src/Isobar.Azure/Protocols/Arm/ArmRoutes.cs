using System.Text.Json;
using System.Text.RegularExpressions;
using Isobar.Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>Routes of ARM: the api-version is asked for, refusals and operations are told as ARM tells them.</summary>
internal static partial class ArmRoutes
{
    public const string Subscription = "/subscriptions/{subscriptionId}";
    public const string Group = Subscription + "/resourceGroups/{resourceGroupName}";

    /// <summary>Answers a method of a path. Literals match without regard to case. The call's id is the resource that the path names: a last segment without a name behind it is an action or a listing.</summary>
    public static void MapArm(this IEndpointRouteBuilder routes, string method, string pattern, Func<ArmCall, Task<ArmReply>> handler)
    {
        var parts = pattern.Trim('/').Split('/');
        if (parts.Length % 2 != 0) parts = parts[..^1];
        routes.MapMethods(pattern, [method], http => RunAsync(http, () => Fill(parts, http.Request.RouteValues), handler));
    }

    public static async Task RunAsync(HttpContext http, Func<ArmId> id, Func<ArmCall, Task<ArmReply>> handler)
    {
        Tell(http);
        try
        {
            Authorize(http);
            var version = ApiVersions.Check(http.Request.Query["api-version"].ToString());
            await WriteAsync(http, await handler(new ArmCall(http, id(), version)).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ArmFault fault)
        {
            await WriteAsync(http, fault).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && !http.Response.HasStarted)
        {
            var request = http.Response.Headers["x-ms-request-id"].ToString();
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ArmRoutes)).LogError(e, "{Method} {Path} ended by a fault of ours, request {Request}", http.Request.Method, http.Request.Path, request);
            await WriteAsync(http, new ArmFault(500, "InternalServerError", $"A fault of ours; the log has the request {request}.")).ConfigureAwait(false);
        }
    }

    private static void Authorize(HttpContext http)
    {
        const string Scheme = "Bearer ";
        var services = http.RequestServices;
        if (!services.GetRequiredService<AzureSecurity>().Verify) return;
        var given = http.Request.Headers.Authorization.ToString();
        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !services.GetRequiredService<SigningKey>().Verify(given[Scheme.Length..].Trim(), services.GetRequiredService<TimeProvider>().GetUtcNow()))
            throw new ArmFault(401, "AuthenticationFailed", "Authentication failed: this server asks for a token of its own, which a key of isobar keys obtains.");
    }

    private static Task WriteAsync(HttpContext http, ArmFault fault)
    {
        http.Response.StatusCode = fault.Status;
        http.Response.Headers["x-ms-failure-cause"] = "gateway";
        return WriteBodyAsync(http, fault.ToJson());
    }

    private static Task WriteAsync(HttpContext http, ArmReply reply)
    {
        http.Response.StatusCode = reply.Status;
        if (reply.ETag is { } tag) http.Response.Headers.ETag = tag;
        if (reply.Operation is { } operation)
        {
            var query = $"?api-version={Uri.EscapeDataString(http.Request.Query["api-version"].ToString())}";
            var origin = $"{http.Request.Scheme}://{http.Request.Host}";
            http.Response.Headers["Azure-AsyncOperation"] = origin + operation.PathOf(ArmOperations.Statuses) + query;
            http.Response.Headers.Location = origin + operation.PathOf(ArmOperations.Results) + query;
            http.Response.Headers.RetryAfter = "1";
        }
        return reply.Body is null ? Task.CompletedTask : WriteBodyAsync(http, reply.Body);
    }

    private static Task WriteBodyAsync(HttpContext http, System.Text.Json.Nodes.JsonNode body)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(body.ToJsonString(JsonSerializerOptions.Web));
    }

    // A caller's own request id comes back, so that he finds it in his log.
    private static void Tell(HttpContext http)
    {
        http.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        if (http.Request.Headers["x-ms-client-request-id"].ToString() is { Length: > 0 and < 200 } own) http.Response.Headers["x-ms-client-request-id"] = own;
    }

    private static ArmId Fill(string[] parts, RouteValueDictionary values) =>
        ArmId.Parse("/" + string.Join('/', parts.Select(p => p.StartsWith('{') ? (string)values[Name().Match(p).Value]! : p)));

    [GeneratedRegex(@"[A-Za-z]+")]
    private static partial Regex Name();
}
