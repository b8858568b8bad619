using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Server.Control;

/// <summary>A request under an idempotency key is compared with the one before: its body is read twice. No change is large.</summary>
internal static class Buffered
{
    private const long MaxBody = 4 * 1024 * 1024;

    public static Task KeepBody(HttpContext http, RequestDelegate next)
    {
        // Files are sent by their digest, and are as large as they are.
        if (!http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments("/v1/artifacts", StringComparison.Ordinal)) return next(http);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaxBody;
        if (http.Request.Headers.ContainsKey("Idempotency-Key")) http.Request.EnableBuffering();
        return next(http);
    }
}
