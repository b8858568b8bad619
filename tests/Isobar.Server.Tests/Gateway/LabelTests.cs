using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Server.Tests.Harness;

namespace Isobar.Server.Tests.Gateway;

/// <summary>Answers that are kept, and labels that are told of them.</summary>
public sealed class LabelTests : IAsyncLifetime
{
    private LiveServer _server = null!;
    private LoopbackApp _model = null!;

    public async ValueTask InitializeAsync()
    {
        _model = await LoopbackApp.ModelAsync();
        _server = await LiveServer.StartAsync();
        await DefineAsync("watched", """, "labels": {}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _model.DisposeAsync();
    }

    private Task DefineAsync(string name, string more) => _server.DefineAsync(name, $$"""{"backends": [{"name": "own", "url": "{{_model.Url}}/predict"}]{{more}}}""");

    private async Task<string?> IdAsync(string service)
    {
        using var reply = await _server.AskAsync(service, null);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        return reply.Headers.TryGetValues("X-Isobar-Prediction", out var id) ? id.Single() : null;
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> TellAsync(string service, string labels)
    {
        using var reply = await _server.Http.PostAsync($"/v1/services/{service}/labels", new StringContent(labels, Encoding.UTF8, "application/json"));
        return (reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Labels_ToldAtOnceAndAfterARestart_AreTheQuality()
    {
        var (first, second) = (await IdAsync("watched"), await IdAsync("watched"));
        Assert.NotEqual(first, second);
        // The model says 1.
        Assert.Equal(1, (int?)(await TellAsync("watched", $$"""{"labels": [{"prediction": "{{first}}", "label": 1}]}""")).Body!["matched"]);
        await _server.RestartAsync();
        var told = await TellAsync("watched", $$"""{"labels": [{"prediction": "{{second}}", "label": "2"}, {"prediction": "{{first}}", "label": 1}]}""");
        Assert.Equal((1, first), ((int?)told.Body!["matched"], (string?)told.Body["unknown"]!.AsArray().Single()));
        var quality = (await _server.Http.GetFromJsonAsync<JsonArray>("/v1/quality"))!.Single()!;
        Assert.Equal(("watched", "accuracy", 0.5, 2), ((string?)quality["service"], (string?)quality["metric"], (double?)quality["now"]!["value"], (int?)quality["now"]!["rows"]));
        Assert.Equal(2, (int?)quality["backends"]!["own"]!["rows"]);
        Assert.Equal(HttpStatusCode.NoContent, (await _server.Http.DeleteAsync("/v1/services/watched")).StatusCode);
        Assert.Empty((await _server.Http.GetFromJsonAsync<JsonArray>("/v1/quality"))!);
    }

    [Fact]
    public async Task Answers_MoreThanMayBeKept_HaveNoId()
    {
        // Twenty at once, and one a second: of fifty, which take no half minute, not all.
        await DefineAsync("few", """, "labels": {"perSecond": 1}""");
        var ids = new List<string?>();
        for (var i = 0; i < 50; i++) ids.Add(await IdAsync("few"));
        Assert.NotNull(ids[0]);
        Assert.Contains(null, ids);
        await DefineAsync("none", "");
        Assert.Null(await IdAsync("none"));
    }

    [Theory]
    [InlineData("watched", """{"labels": []}""", HttpStatusCode.BadRequest)]
    [InlineData("watched", """{"labels": [{"prediction": "x"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("watched", """{"labels": """, HttpStatusCode.BadRequest)]
    [InlineData("nobody", """{"labels": [{"prediction": "x", "label": 1}]}""", HttpStatusCode.NotFound)]
    public async Task Labels_NotAsTheyMustBe_AreRefused(string service, string labels, HttpStatusCode status)
    {
        var refused = await TellAsync(service, labels);
        Assert.Equal(status, refused.Status);
        Assert.NotNull(refused.Body!["title"]);
    }
}
