using Isobar.MultiCloud.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Isobar.Server.Control;

/// <summary>What a change over the API has: an idempotency key, an entry in the audit log, and both in the API's description.</summary>
internal static class Changes
{
    /// <summary>Makes a route a change.</summary>
    /// <param name="route">The route.</param>
    /// <param name="audited">The change's name in the audit log; null: who makes the change writes its entry.</param>
    /// <param name="guarded">Whether it heeds <c>If-Match</c>.</param>
    public static RouteHandlerBuilder AsChange(this RouteHandlerBuilder route, string? audited = null, bool guarded = false)
    {
        route.WithMetadata(new Change(guarded)).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        if (guarded) route.ProducesProblem(StatusCodes.Status412PreconditionFailed);
        route.AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<Idempotency>().InvokeAsync(context, next));
        // An answer that is given again is no change: the entry is written within.
        if (audited is not null) route.AddEndpointFilter((context, next) => AuditAsync(context, next, audited));
        return route;
    }

    /// <summary>Describes the headers of changes.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Change>().FirstOrDefault() is not { } change) return Task.CompletedTask;
        operation.Parameters ??= [];
        operation.Parameters.Add(Header("Idempotency-Key", "A request that is sent again under its key, within a day, is answered as it was the first time, and done once."));
        if (change.Guarded) operation.Parameters.Add(Header("If-Match", "The ETag that it was shown with: it is changed only where it is that version still."));
        return Task.CompletedTask;
    }

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
    };

    private static async ValueTask<object?> AuditAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string what)
    {
        var http = context.HttpContext;
        var answer = await next(context).ConfigureAwait(false);
        var status = (answer as IStatusCodeHttpResult)?.StatusCode ?? http.Response.StatusCode;
        // What was done is told, whoever has gone away meanwhile.
        if (status < StatusCodes.Status400BadRequest)
            await http.RequestServices.GetRequiredService<AuditLog>().AddAsync(ControlRoutes.Caller(http), what, string.Join('/', http.Request.RouteValues.Values), "", CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    private sealed record Change(bool Guarded);
}
