using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Hosting;

/// <summary>A clock that is wrong on purpose: signatures and tokens of callers whose clock is right are refused, and answers are dated by it. Spans are measured as ever.</summary>
internal sealed class OffsetClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;

    /// <summary>Dates answers by this clock; the server's own would tell the machine's time.</summary>
    public RequestDelegate TellDate(RequestDelegate next) => http =>
    {
        http.Response.Headers.Date = GetUtcNow().ToString("r");
        return next(http);
    };
}
