using System.Text.Json.Nodes;
using Isobar.Azure.Protocols;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Identity;

/// <summary>Registers the Entra-shaped token service.</summary>
internal static class IdentityRegistration
{
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services.AddSingleton(new AzureSecurity(Verify: false)).AddSingleton<SigningKey>().AddSingleton<TokenEndpoint>()
        .AddSingleton(new AzureService("Microsoft Entra ID",
        [
            new("OAuth 2.0 token: client_credentials", SupportLevel.Real, "secrets and assertions are taken as they come, unless signatures are checked: then the client is a key of isobar keys"),
            new("OpenID Connect metadata", SupportLevel.Real),
            new("Signing keys", SupportLevel.Real),
            new("Instance discovery", SupportLevel.Real),
            .. new[] { "authorization_code", "refresh_token", "password", "device_code", "on_behalf_of" }.Select(g => new OperationSupport("OAuth 2.0 token: " + g, SupportLevel.Unsupported)),
        ]));

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        // Made by the first who asks: a key takes its time, which the start of the server need not wait for.
        foreach (var version in new[] { "/v2.0", "" })
        {
            routes.MapGet($"/{{tenant}}{version}/.well-known/openid-configuration", http => TokenEndpoint.WriteAsync(http, 200, OpenIdMetadata.Of(http.Request, (string)http.Request.RouteValues["tenant"]!)));
            routes.MapPost($"/{{tenant}}/oauth2{version}/token", http => http.RequestServices.GetRequiredService<TokenEndpoint>().HandleAsync(http));
            routes.MapGet($"/{{tenant}}/discovery{version}/keys", http => TokenEndpoint.WriteAsync(http, 200, new JsonObject { ["keys"] = new JsonArray(http.RequestServices.GetRequiredService<SigningKey>().Public.DeepClone()) }));
        }
        routes.MapGet("/metadata/endpoints", http => TokenEndpoint.WriteAsync(http, 200, OpenIdMetadata.Endpoints(http.Request)));
        routes.MapGet("/common/discovery/instance", http => TokenEndpoint.WriteAsync(http, 200, OpenIdMetadata.Instances(http.Request)));
    }
}
