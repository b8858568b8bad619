using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Routes below a workspace's tracking URI. The service's own clients have called it v1.0 and v2.0.</summary>
internal static class MlflowRoutes
{
    public const string Prefix = "/mlflow/{mlflowVersion:regex(^v[12]\\.0$)}" + Ml.Workspace + "/api/2.0/";
    private const int MaxBody = 4 << 20;

    /// <summary>Answers a method of an operation with a JSON object.</summary>
    public static void MapMlflow(this IEndpointRouteBuilder routes, string method, string operation, Func<MlflowCall, Task<JsonObject>> handler) =>
        routes.MapRaw(method, Prefix + operation, async call => await WriteAsync(call.Http, 200, await handler(call).ConfigureAwait(false)).ConfigureAwait(false), readBody: true);

    /// <summary>Answers a method of a path, with or without the body being read as JSON.</summary>
    public static void MapRaw(this IEndpointRouteBuilder routes, string method, string pattern, Func<MlflowCall, Task> handler, bool readBody = false)
    {
        var workspaces = routes.ServiceProvider.GetRequiredService<WorkspaceStore>();
        routes.MapMethods(pattern, [method], http => RunAsync(http, async () => await handler(await ReadAsync(http, workspaces, readBody).ConfigureAwait(false)).ConfigureAwait(false)));
    }

    /// <summary>What no operation answers.</summary>
    public static Task RefuseAsync(HttpContext http) =>
        WriteAsync(http, 404, new MlflowFault(404, "ENDPOINT_NOT_FOUND", $"No emulated operation of MLflow answers {http.Request.Method} {http.Request.Path}.").ToJson());

    public static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(body.ToJsonString(JsonSerializerOptions.Web));
    }

    private static async Task RunAsync(HttpContext http, Func<Task> handle)
    {
        try { await handle().ConfigureAwait(false); }
        catch (MlflowFault fault) { await WriteAsync(http, fault.Status, fault.ToJson()).ConfigureAwait(false); }
        catch (ArmFault fault)
        {
            var told = MlflowFault.Of(fault);
            await WriteAsync(http, told.Status, told.ToJson()).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && !http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MlflowRoutes)).LogError(e, "{Method} {Path} ended by a fault of ours", http.Request.Method, http.Request.Path);
            await WriteAsync(http, 500, new MlflowFault(500, "INTERNAL_ERROR", "A fault of ours; the log says more.").ToJson()).ConfigureAwait(false);
        }
    }

    private static async Task<MlflowCall> ReadAsync(HttpContext http, WorkspaceStore workspaces, bool readBody)
    {
        var values = http.Request.RouteValues;
        var id = ArmId.Parse($"/subscriptions/{values["subscriptionId"]}/resourceGroups/{values["resourceGroupName"]}/providers/{Ml.Namespace}/workspaces/{values["workspaceName"]}");
        var arm = new ArmCall(http, id, "2022-10-01");
        var workspace = await workspaces.GetAsync(arm).ConfigureAwait(false);
        var input = new JsonObject();
        foreach (var (name, value) in http.Request.Query)
            input[name] = value.Count > 1 ? new JsonArray([.. value.Select(v => JsonValue.Create(v))]) : JsonValue.Create(value.ToString());
        if (readBody && !HttpMethods.IsGet(http.Request.Method)) await ReadBodyAsync(http, input).ConfigureAwait(false);
        return new MlflowCall(arm, workspace, input);
    }

    private static async Task ReadBodyAsync(HttpContext http, JsonObject input)
    {
        var body = await BoundedBody.ReadAsync(http.Request.BodyReader, http.Request.ContentLength, MaxBody, http.RequestAborted).ConfigureAwait(false) ?? throw new MlflowFault(413, "REQUEST_LIMIT_EXCEEDED", $"A request takes at most {MaxBody} bytes.");
        if (body.Length == 0) return;
        try
        {
            // Python's writer of JSON says NaN and Infinity without quotes.
            var text = Encoding.UTF8.GetString(body.Span);
            if (JsonNode.Parse(BareNumbers.Quote(text)) is not JsonObject given) throw MlflowFault.Invalid("the body", text, "must be a JSON object");
            foreach (var (name, value) in given) input[name] = value?.DeepClone();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new MlflowFault(400, "MALFORMED_REQUEST", $"The body is not valid JSON: {e.Message}");
        }
    }
}
