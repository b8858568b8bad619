using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.Identity;

/// <summary>Registers and routes what credentials need.</summary>
internal static class IdentityRegistration
{
    public static IServiceCollection AddIdentity(this IServiceCollection services) =>
        services.AddSingleton<ServiceAccount>().AddSingleton<TokenEndpoint>().AddSingleton<MetadataServer>();

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        // The paths that Google's own token endpoints have had over the years.
        foreach (var path in new[] { "/token", "/oauth2/v4/token", "/o/oauth2/token" }) routes.MapPost(path, http => http.RequestServices.GetRequiredService<TokenEndpoint>().HandleAsync(http));
        RequestDelegate metadata = http => http.RequestServices.GetRequiredService<MetadataServer>().HandleAsync(http);
        routes.MapGet(MetadataServer.Root + "/{**path}", metadata);
        // Clients look at the root for the flavour header, to find out whether they run on Google's machines.
        routes.MapGet("/", http =>
        {
            http.Response.Headers["Metadata-Flavor"] = "Google";
            return http.Response.WriteAsync("computeMetadata/\n");
        });
    }
}
