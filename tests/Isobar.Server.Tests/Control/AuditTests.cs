using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Server.Tests.Harness;

namespace Isobar.Server.Tests.Control;

/// <summary>Changes of the gateway over the API: each stands in the audit log, once.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private const string Service = """{"backends": [{"name": "one", "url": "http://127.0.0.1:9/predict"}]}""";
    private LiveServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LiveServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Gateway_ServicesAndKeys_AreAuditedByWhoChangedThem()
    {
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/v1/services/shop", Service)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "/v1/services/shop", """{"backends": []}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/v1/services/shop")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, "/v1/services/shop")).Status);
        var key = JsonNode.Parse((await SendAsync(HttpMethod.Post, "/v1/gateway/keys", """{"name": "till"}""")).Body)!;
        var id = key["id"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, $"/v1/gateway/keys/{id}")).Status);

        var audit = (await _server.Http.GetFromJsonAsync<JsonArray>("/v1/audit"))!;
        Assert.Equal(["ada key.revoke " + id, "ada key.create " + id, "ada service.delete shop", "ada service.put shop"], audit.Select(e => $"{e!["who"]} {e["what"]} {e["target"]}"));
        Assert.DoesNotContain(key["key"]!.GetValue<string>(), audit.ToJsonString(), StringComparison.Ordinal);
        Assert.True((await _server.Http.GetFromJsonAsync<JsonNode>("/v1/audit/verify"))!["intact"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Change_SentAgainUnderItsKey_IsAnsweredAlikeAndAuditedOnce()
    {
        var first = await SendAsync(HttpMethod.Put, "/v1/services/shop", Service, "k1");
        var second = await SendAsync(HttpMethod.Put, "/v1/services/shop", Service, "k1");
        Assert.Equal(first, second);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Put, "/v1/services/shop", Service + " ", "k1")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/v1/services/shop", key: "k2")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/v1/services/shop", key: "k2")).Status);
        Assert.Equal(2, (await _server.Http.GetFromJsonAsync<JsonArray>("/v1/audit"))!.Count);
    }

    [Fact]
    public async Task Key_WithAnIdempotencyKey_IsRefusedAndNotMade()
    {
        var refused = await SendAsync(HttpMethod.Post, "/v1/gateway/keys", """{"name": "till"}""", "k1");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("shown once", refused.Body, StringComparison.Ordinal);
        Assert.Empty((await _server.Http.GetFromJsonAsync<JsonNode>("/v1/gateway/keys"))!["keys"]!.AsArray());
    }

    private async Task<(HttpStatusCode Status, string Body, string? Tag)> SendAsync(HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Isobar-User", "ada");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var reply = await _server.Http.SendAsync(request);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync(), reply.Headers.ETag?.Tag);
    }
}
