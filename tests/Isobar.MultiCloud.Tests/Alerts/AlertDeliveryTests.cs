using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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

    [Fact]
    public async Task Alerts_OfAServerThatWasKilled_AreDeliveredOnceByTheOneThatLeads()
    {
        var (store, http) = (new MemoryStore(), new Posts());
        var events = new Events(store, TimeProvider.System);
        await store.PutAsync(Kinds.Projects, "demo", new Project(new Manifest("demo", Alerts: [new("http://a/hook", ["drift"]), new("http://b/hook")]), 1, default, "me"), TestContext.Current.CancellationToken);
        // Told by a server that delivered nothing any more.
        await events.AddAsync("drift", "demo", null, null, "one", TestContext.Current.CancellationToken);
        await events.AddAsync("training", "demo", null, null, "two", TestContext.Current.CancellationToken);

        using var stop = new CancellationTokenSource();
        Task[] running = [.. new[] { false, true, false }.Select(leads => new AlertDelivery(new Events(store, TimeProvider.System), store, http, TimeProvider.System, NullLogger<AlertDelivery>.Instance, new Turns(leads)).RunAsync(stop.Token))];
        await Lab.UntilAsync(async () => (await store.ListAsync(Delivery.Kind, "", default)).Count == 0);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        Assert.Equal(["http://a/hook one", "http://b/hook one", "http://b/hook two"], http.Got.Select(p => p.Text).Order());
        Assert.Equal(3, http.Got.Select(p => p.Id).Distinct().Count());
    }

    [Fact]
    public async Task Alerts_OfAnAddressThatNeverAnswers_HoldUpNoOther()
    {
        var (store, http) = (new MemoryStore(), new Posts { Silent = "a" });
        var events = new Events(store, TimeProvider.System);
        await store.PutAsync(Kinds.Projects, "loud", new Project(new Manifest("loud", Alerts: [new("http://a/hook")]), 1, default, "me"), TestContext.Current.CancellationToken);
        await store.PutAsync(Kinds.Projects, "calm", new Project(new Manifest("calm", Alerts: [new("http://b/hook")]), 1, default, "me"), TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++) await events.AddAsync("drift", "loud", null, null, $"loud {i}", TestContext.Current.CancellationToken);
        await events.AddAsync("drift", "calm", null, null, "calm", TestContext.Current.CancellationToken);

        using var stop = new CancellationTokenSource();
        var running = new AlertDelivery(events, store, http, TimeProvider.System, NullLogger<AlertDelivery>.Instance).RunAsync(stop.Token);
        await http.Heard.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;
        Assert.Equal("http://b/hook calm", Assert.Single(http.Got).Text);
    }

    private sealed class Turns(bool leads) : IProjectTurns
    {
        public bool Leads => leads;

        public Task LookAsync(string project, CancellationToken ct) => Task.CompletedTask;
    }

    private sealed class Posts : HttpMessageHandler, IHttpClientFactory
    {
        public ConcurrentQueue<(string Text, string Id)> Got { get; } = new();

        public string? Silent { get; init; }
        public TaskCompletionSource Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == Silent) await Task.Delay(Timeout.Infinite, CancellationToken.None);
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            Got.Enqueue(($"{request.RequestUri} {body["message"]}", request.Headers.GetValues(AlertDelivery.Header).Single()));
            Heard.TrySetResult();
            return new HttpResponseMessage();
        }
    }
}
