using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Server.Control;

/// <summary>A request under an idempotency key is compared with the one before: its body is read twice. No change is large.</summary>
internal static class Buffered
{
    private const long MaxBody = 4 * 1024 * 1024;
    private static readonly string[] Changes = ["/v1/plans", "/v1/projects", "/v1/models", "/v1/costs", "/v1/batches"];

    public static Task KeepBody(HttpContext http, RequestDelegate next)
    {
        if (!Changes.Any(p => http.Request.Path.StartsWithSegments(p, StringComparison.Ordinal))) return next(http);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaxBody;
        if (http.Request.Headers.ContainsKey("Idempotency-Key")) http.Request.EnableBuffering();
        return next(http);
    }
}
