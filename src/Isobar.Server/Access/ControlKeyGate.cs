using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Isobar.Core.Results;
using Isobar.Server.Control;
using Isobar.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Access;

/// <summary>
/// Lets a request to the control plane's API in that bears a key, where <c>isobar up --require-keys</c> asks for one: HTTP's Basic scheme, the key's id and its secret
/// (RFC 7617). Predictions have keys of their own; the dashboard has a session; <c>/healthz</c> tells nothing that needs one.
/// </summary>
internal static class ControlKeyGate
{
    private const string Scheme = "Basic";

    public static IServiceCollection AddControlKeys(this IServiceCollection services) => services.AddSingleton<ControlKeys>();

    public static void UseControlKeys(this IApplicationBuilder app)
    {
        if (!app.ApplicationServices.GetRequiredService<IsobarServerOptions>().RequireKeys) return;
        var keys = app.ApplicationServices.GetRequiredService<ControlKeys>();
        app.Use(next => http => http.Request.Path == "/healthz" || IsLetIn(http, keys) ? next(http) : RefuseAsync(http));
    }

    private static bool IsLetIn(HttpContext http, ControlKeys keys)
    {
        if (!AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var header) || !header.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase) || header.Parameter is not { } parameter) return false;
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length) || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var id, var secret] || !keys.Opens(id, secret)) return false;
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, id)], Scheme));
        return true;
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = $"{Scheme} realm=\"isobar\", charset=\"UTF-8\"";
        return Problems.Of(new Error(ErrorCode.Unauthenticated, "The control plane asks for a key of 'isobar keys': its id and secret by HTTP's Basic scheme.")).ExecuteAsync(http);
    }
}
