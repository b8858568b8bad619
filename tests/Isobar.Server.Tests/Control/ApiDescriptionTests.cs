using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Isobar.Server.Tests.Harness;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Tests.Control;

/// <summary>The API's description against the routes that there are.</summary>
public sealed class ApiDescriptionTests : IAsyncLifetime
{
    /// <summary>What is no change, is its own digest, or must not be kept to be answered again.</summary>
    private static readonly string[] WithoutKey = ["POST /v1/plans", "PUT /v1/artifacts/{sha256}", "POST /v1/gateway/keys", "POST /v1/services/{name}/labels"];
    private LiveServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LiveServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Description_EveryRoute_IsInItWithASummary()
    {
        var paths = (await _server.Http.GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!["paths"]!.AsObject();
        var routes = _server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => (Path: "/" + e.RoutePattern.RawText!.Trim('/').Replace("?}", "}", StringComparison.Ordinal).Replace(":int}", "}", StringComparison.Ordinal), e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods))
            // Google's are its own dialect, made from .proto files.
            .Where(r => r.Path.StartsWith("/v1/", StringComparison.Ordinal) && !r.Path.Contains("__Complex", StringComparison.Ordinal)).SelectMany(r => (r.HttpMethods ?? ["GET"]).Select(m => (r.Path, Method: m))).ToList();
        Assert.True(routes.Count > 25, $"{routes.Count} routes.");
        Assert.All(routes, r => Assert.False(string.IsNullOrEmpty(paths[r.Path]?[r.Method.ToLowerInvariant()]?["summary"]?.GetValue<string>()), $"{r.Method} {r.Path} is not described."));
    }

    [Fact]
    public async Task Description_EveryChange_TakesAnIdempotencyKey()
    {
        var paths = (await _server.Http.GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!["paths"]!.AsObject();
        var changes = paths.SelectMany(p => p.Value!.AsObject().Where(o => o.Key is "post" or "put" or "delete" or "patch").Select(o => (Name: $"{o.Key.ToUpperInvariant()} {p.Key}", Operation: o.Value!))).ToList();
        Assert.Equal(WithoutKey.Order(), changes.Where(c => !Headers(c.Operation).Contains("Idempotency-Key")).Select(c => c.Name).Order());
        Assert.Equal(["DELETE /v1/projects/{name}", "DELETE /v1/services/{name}", "PUT /v1/projects/{name}", "PUT /v1/services/{name}"], changes.Where(c => Headers(c.Operation).Contains("If-Match")).Select(c => c.Name).Order());
    }

    private static IEnumerable<string> Headers(JsonNode operation) => (operation["parameters"] as JsonArray ?? []).Where(p => p!["in"]!.GetValue<string>() == "header").Select(p => p!["name"]!.GetValue<string>());
}
