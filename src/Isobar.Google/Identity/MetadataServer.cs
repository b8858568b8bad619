using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Isobar.Google.Identity;

/// <summary>The metadata server of a virtual machine, as far as credentials and the project go (<c>GCE_METADATA_HOST</c>).</summary>
internal sealed class MetadataServer(ServiceAccount account, TokenEndpoint tokens)
{
    public const string Root = "/computeMetadata/v1";
    private const string Flavor = "Metadata-Flavor";
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    public Task HandleAsync(HttpContext http)
    {
        http.Response.Headers[Flavor] = "Google";
        // The header proves that no web page asks.
        if (http.Request.Headers[Flavor] != "Google")
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return http.Response.WriteAsync("Missing Metadata-Flavor:Google header.");
        }
        var path = http.Request.Path.Value![Root.Length..].Trim('/');
        const string accounts = "instance/service-accounts";
        if (path.StartsWith($"{accounts}/{account.Email}", StringComparison.Ordinal)) path = $"{accounts}/default{path[(accounts.Length + account.Email.Length + 1)..]}";
        return path switch
        {
            "" => TextAsync(http, "instance/\nproject/\n"),
            "instance" => TextAsync(http, "id\nname\nservice-accounts/\nzone\n"),
            "instance/id" => TextAsync(http, "1"),
            "instance/name" => TextAsync(http, "isobar"),
            "instance/zone" => TextAsync(http, "projects/1/zones/us-central1-a"),
            "project" => TextAsync(http, "numeric-project-id\nproject-id\n"),
            "project/project-id" => TextAsync(http, ServiceAccount.Project),
            "project/numeric-project-id" => TextAsync(http, "1"),
            "universe/universe-domain" => TextAsync(http, "googleapis.com"),
            accounts => TextAsync(http, $"default/\n{account.Email}/\n"),
            $"{accounts}/default" when http.Request.Query["recursive"] == "true" => JsonAsync(http, new JsonObject { ["aliases"] = new JsonArray("default"), ["email"] = account.Email, ["scopes"] = new JsonArray(Scope) }),
            $"{accounts}/default" => TextAsync(http, "aliases\nemail\nidentity\nscopes\ntoken\n"),
            $"{accounts}/default/email" => TextAsync(http, account.Email),
            $"{accounts}/default/scopes" => TextAsync(http, Scope + "\n"),
            $"{accounts}/default/token" => JsonAsync(http, new JsonObject { ["access_token"] = TokenEndpoint.NewToken(), ["expires_in"] = 3599, ["token_type"] = "Bearer" }),
            $"{accounts}/default/identity" when http.Request.Query["audience"].ToString() is { Length: > 0 } audience => TextAsync(http, tokens.IdToken(audience, $"{http.Request.Scheme}://{http.Request.Host}")),
            $"{accounts}/default/identity" => RefuseAsync(http, StatusCodes.Status400BadRequest, "non-empty audience parameter required"),
            _ => RefuseAsync(http, StatusCodes.Status404NotFound, $"The metadata server has no {path}."),
        };
    }

    private static Task TextAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "application/text";
        return http.Response.WriteAsync(text);
    }

    private static Task JsonAsync(HttpContext http, JsonObject document)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(document.ToJsonString());
    }

    private static Task RefuseAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(message);
    }
}
