using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.Keys;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Identity;

/// <summary>Tokens for applications: any client with any secret is given one, since whoever reaches this port may do everything. Where signatures are checked, the client is a key of the key ring.</summary>
internal sealed class TokenEndpoint(SigningKey key, AzureSecurity security, IKeyRing ring, TimeProvider time)
{
    private const string Assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public async Task HandleAsync(HttpContext http)
    {
        var tenant = (string)http.Request.RouteValues["tenant"]!;
        if (!http.Request.HasFormContentType)
        {
            await RefuseAsync(http, 400, "invalid_request", "AADSTS900561", "The token endpoint takes a form by POST.").ConfigureAwait(false);
            return;
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        var (client, secret) = Client(http.Request, form);
        var resource = form["scope"].ToString() is { Length: > 0 } scope ? scope : form["resource"].ToString();
        var refusal = form["grant_type"].ToString() switch
        {
            "" => ("invalid_request", "AADSTS900144", "The form has no 'grant_type'."),
            "client_credentials" when client.Length == 0 => ("invalid_request", "AADSTS900144", "The form has no 'client_id'."),
            "client_credentials" when secret.Length == 0 => ("invalid_client", "AADSTS7000218", "The form has no 'client_secret' and no 'client_assertion'."),
            "client_credentials" when resource.Length == 0 => ("invalid_scope", "AADSTS90014", "The form has no 'scope', such as https://management.azure.com/.default."),
            "client_credentials" when security.Verify && !IsKnown(client, secret) => ("invalid_client", "AADSTS7000215", "The client's id and secret are not those of a key of this machine."),
            "client_credentials" => default,
            var other => ("unsupported_grant_type", "AADSTS70003", $"The grant '{(other.Length > 60 ? other[..60] : other)}' is not supported here; client_credentials is."),
        };
        if (refusal != default)
        {
            await RefuseAsync(http, refusal.Item1 == "invalid_client" ? 401 : 400, refusal.Item1, refusal.Item2, refusal.Item3).ConfigureAwait(false);
            return;
        }
        await AnswerAsync(http, tenant, client, resource).ConfigureAwait(false);
    }

    private bool IsKnown(string client, string secret) => ring.Find(client) is { } known && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known.Secret), Encoding.UTF8.GetBytes(secret));

    private Task AnswerAsync(HttpContext http, string tenant, string client, string resource)
    {
        var now = time.GetUtcNow();
        var audience = resource.EndsWith("/.default", StringComparison.Ordinal) ? resource[..^"/.default".Length] : resource;
        // The same application is the same principal, today and tomorrow.
        var principal = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}/{client}")).AsSpan(0, 16)).ToString();
        var token = key.Sign(new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = $"{OpenIdMetadata.Origin(http.Request)}/{tenant}/v2.0",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["appid"] = client,
            ["idtyp"] = "app",
            ["oid"] = principal,
            ["sub"] = principal,
            ["tid"] = tenant,
            ["ver"] = "1.0",
        });
        http.Response.Headers.CacheControl = "no-store";
        return WriteAsync(http, 200, new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = (int)Lifetime.TotalSeconds, ["ext_expires_in"] = (int)Lifetime.TotalSeconds, ["expires_on"] = (now + Lifetime).ToUnixTimeSeconds(), ["resource"] = audience, ["access_token"] = token });
    }

    /// <summary>The client's name and what it proves itself with, in the form or in the header.</summary>
    private static (string Client, string Secret) Client(HttpRequest request, IFormCollection form)
    {
        var secret = form["client_secret"].ToString();
        if (secret.Length == 0 && form["client_assertion_type"] == Assertion) secret = form["client_assertion"].ToString();
        var (client, header) = (form["client_id"].ToString(), request.Headers.Authorization.ToString());
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return (client, secret);
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length) || Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is not [var name, var password]) return (client, secret);
        return (Uri.UnescapeDataString(name), Uri.UnescapeDataString(password));
    }

    private Task RefuseAsync(HttpContext http, int status, string error, string code, string message)
    {
        var trace = Guid.NewGuid().ToString();
        return WriteAsync(http, status, new JsonObject
        {
            ["error"] = error,
            ["error_description"] = $"{code}: {message} Trace ID: {trace}",
            ["error_codes"] = new JsonArray(int.Parse(code["AADSTS".Length..], System.Globalization.CultureInfo.InvariantCulture)),
            ["timestamp"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["trace_id"] = trace,
            ["correlation_id"] = http.Request.Headers["client-request-id"].ToString() is { Length: > 0 and < 100 } own ? own : trace,
        });
    }

    public static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(body.ToJsonString());
    }
}
