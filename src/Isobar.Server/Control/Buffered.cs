using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Control;

/// <summary>A request under an idempotency key is compared with the one before: its body is read twice.</summary>
internal static class Buffered
{
    public static Task KeepBody(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.ContainsKey("Idempotency-Key") && http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)) http.Request.EnableBuffering();
        return next(http);
    }
}
