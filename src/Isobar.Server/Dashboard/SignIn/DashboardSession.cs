using Isobar.Server.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Dashboard.SignIn;

/// <summary>The session of a browser that showed a key. Its cookie holds the key's id, sealed, and never the secret.</summary>
internal static class DashboardSession
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void AddDashboardSession(this IServiceCollection services) => services.AddAuthentication(Scheme).AddCookie(Scheme, cookie =>
    {
        cookie.Cookie.Name = "isobar-session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        // The port answers HTTPS too; a session that was begun there stays there.
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.IsEssential = true;
        cookie.ExpireTimeSpan = Lifetime;
        cookie.SlidingExpiration = true;
        cookie.Events.OnValidatePrincipal = context =>
        {
            if (context.Principal?.Identity?.Name is { } id && context.HttpContext.RequestServices.GetRequiredService<ControlKeys>().Stands(id)) return Task.CompletedTask;
            context.RejectPrincipal();
            return context.HttpContext.SignOutAsync(Scheme);
        };
    });

    /// <summary>Sends whoever is not signed in to the page that does it; what is no page is refused.</summary>
    public static Task GateAsync(HttpContext http, RequestDelegate next)
    {
        if (http.User.Identity?.IsAuthenticated == true || http.Request.Path == "/sign-in") return next(http);
        if (HttpMethods.IsGet(http.Request.Method) && !http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
            http.Response.Redirect($"{http.Request.PathBase}/sign-in?from={Uri.EscapeDataString(http.Request.Path.Value!.TrimStart('/') + http.Request.QueryString)}");
        else http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
