using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.MultiCloud.Manifests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Isobar.MultiCloud.Tests.Alerts;

/// <summary>Webhooks are told, and told again where they fail.</summary>
public sealed class AlertDeliveryTests
{
    [Fact]
    public async Task Drift_OfAProject_IsPostedToWhoAskedForItThoughTheFirstPostFails()
    {
        var got = new ConcurrentQueue<JsonObject>();
        var failures = 1;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/hook", async http =>
        {
            if (Interlocked.Decrement(ref failures) >= 0)
            {
                http.Response.StatusCode = 503;
                return;
            }
            got.Enqueue((await JsonNode.ParseAsync(http.Request.Body))!.AsObject());
        });
        await app.StartAsync();

        await using var lab = new Lab();
        await lab.ApplyAsync((await lab.ManifestAsync()) with { Alerts = [new AlertTarget(app.Urls.First() + "/hook", ["drift"])] });
        await lab.SettledAsync();
        lab.Aws.Endpoints.Clear();
        await Lab.UntilAsync(() => Task.FromResult(!got.IsEmpty));
        Assert.All(got, e => Assert.Equal(("drift", "demo", "aws"), (e["kind"]!.GetValue<string>(), e["project"]!.GetValue<string>(), e["cloud"]!.GetValue<string>())));
    }
}
