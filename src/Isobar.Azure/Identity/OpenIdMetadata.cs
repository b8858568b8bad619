using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Identity;

/// <summary>What clients read of Entra before they ask for a token.</summary>
internal static class OpenIdMetadata
{
    public static string Origin(HttpRequest request) => $"{request.Scheme}://{request.Host}";

    public static JsonObject Of(HttpRequest request, string tenant)
    {
        var (origin, authority) = (Origin(request), $"{Origin(request)}/{tenant}");
        return new JsonObject
        {
            ["issuer"] = authority + "/v2.0",
            ["authorization_endpoint"] = authority + "/oauth2/v2.0/authorize",
            ["token_endpoint"] = authority + "/oauth2/v2.0/token",
            ["device_authorization_endpoint"] = authority + "/oauth2/v2.0/devicecode",
            ["end_session_endpoint"] = authority + "/oauth2/v2.0/logout",
            ["jwks_uri"] = authority + "/discovery/v2.0/keys",
            ["userinfo_endpoint"] = origin + "/oidc/userinfo",
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "client_secret_basic", "private_key_jwt"),
            ["response_types_supported"] = new JsonArray("code", "id_token", "token"),
            ["response_modes_supported"] = new JsonArray("query", "fragment", "form_post"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
            ["claims_supported"] = new JsonArray("sub", "iss", "aud", "exp", "iat", "tid", "oid"),
            ["tenant_region_scope"] = null,
            ["cloud_instance_name"] = request.Host.Value,
        };
    }

    /// <summary>What <c>az cloud register</c> asks a Resource Manager for. An authority whose tenant is adfs is one that Microsoft's library asks nobody else about.</summary>
    public static JsonObject Endpoints(HttpRequest request) => new()
    {
        ["galleryEndpoint"] = Origin(request),
        ["graphEndpoint"] = Origin(request),
        ["portalEndpoint"] = Origin(request),
        ["authentication"] = new JsonObject { ["loginEndpoint"] = Origin(request) + "/adfs", ["audiences"] = new JsonArray(Origin(request)) },
    };

    /// <summary>Which authorities are one: this server alone.</summary>
    public static JsonObject Instances(HttpRequest request) => new()
    {
        ["tenant_discovery_endpoint"] = $"{Origin(request)}/common/v2.0/.well-known/openid-configuration",
        ["api-version"] = "1.1",
        ["metadata"] = new JsonArray(new JsonObject { ["preferred_network"] = request.Host.Value, ["preferred_cache"] = request.Host.Value, ["aliases"] = new JsonArray(request.Host.Value) }),
    };
}
