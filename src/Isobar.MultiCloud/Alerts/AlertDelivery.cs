using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.Logging;

namespace Isobar.MultiCloud.Alerts;

/// <summary>
/// Posts what happened to those whom a manifest names. Alerts are written down with the event and dropped once they are delivered: a server that is killed in between
/// loses none. In a cluster one server delivers for all. An address that fails is tried again a few times, and holds up no other.
/// </summary>
public sealed partial class AlertDelivery(Events events, IControlStore store, IHttpClientFactory http, TimeProvider time, ILogger<AlertDelivery> log, IProjectTurns? turns = null)
{
    /// <summary>Tells deliveries apart: one whose server was killed before it could write down that it was heard comes twice, with the same name.</summary>
    public const string Header = "Isobar-Delivery";
    private const int MostKept = 1000, MostAtOnce = 8;
    private const int MaxTries = 4;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, string> _underWay = new();

    /// <summary>Delivers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var wake = new SemaphoreSlim(0, 1);
        void Wake(ControlEvent told)
        {
            try { wake.Release(); }
            catch (SemaphoreFullException) { /* It is awake already. */ }
        }
        events.Happened += Wake;
        try
        {
            while (!ct.IsCancellationRequested)
            {
                if (turns?.Leads != false) await LookAsync(ct).ConfigureAwait(false);
                using var tick = CancellationTokenSource.CreateLinkedTokenSource(ct);
                await Task.WhenAny(Task.Delay(Every, time, tick.Token), wake.WaitAsync(tick.Token)).ConfigureAwait(false);
                await tick.CancelAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            events.Happened -= Wake;
        }
    }

    // Each address by itself, so that one which never answers takes no other's turn, oldest first; where there are more than anybody will read, the oldest are dropped.
    private async Task LookAsync(CancellationToken ct)
    {
        var kept = await store.ListAsync(Delivery.Kind, "", ct).ConfigureAwait(false);
        foreach (var (webhook, alerts) in kept.GroupBy(d => d.Value.Target.Webhook).Select(g => (g.Key, g.ToList())))
        {
            var room = MostAtOnce - _underWay.Values.Count(w => w == webhook);
            foreach (var (i, one) in alerts.Index())
            {
                if (i < alerts.Count - MostKept) await EndAsync(one, delivered: false, ct).ConfigureAwait(false);
                else if (room <= 0) break;
                else if (_underWay.TryAdd(one.Id, webhook))
                {
                    room--;
                    _ = PostAsync(one, ct);
                }
            }
        }
    }

    private async Task PostAsync(Stored<Delivery> one, CancellationToken ct)
    {
        try
        {
            // It may have been delivered since it was listed.
            if (await store.GetAsync(Delivery.Kind, one.Id, ct).ConfigureAwait(false) is null) return;
            for (var (tried, pause) = (1, FirstPause); !ct.IsCancellationRequested; tried++, pause *= 2)
            {
                var delivered = await DeliveredAsync(one, ct).ConfigureAwait(false);
                if (delivered || tried == MaxTries)
                {
                    await EndAsync(one, delivered, ct).ConfigureAwait(false);
                    return;
                }
                await Task.Delay(pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) { /* The server ends; it is delivered after the next start. */ }
        // The store is away: it is looked at again, and by then it may have been heard already.
        catch (Exception e) { LogFault(log, one.Id, e); }
        finally { _underWay.TryRemove(one.Id, out _); }
    }

    private async Task EndAsync(Stored<Delivery> one, bool delivered, CancellationToken ct)
    {
        await store.DeleteAsync(Delivery.Kind, one.Id, ct).ConfigureAwait(false);
        // The path of a webhook is often its password.
        if (!delivered) LogLost(log, one.Value.Event.Kind, one.Value.Event.Project, new Uri(one.Value.Target.Webhook).Host);
    }

    private async Task<bool> DeliveredAsync(Stored<Delivery> one, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var client = http.CreateClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, one.Value.Target.Webhook);
            request.Headers.Add(Header, one.Id);
            request.Content = new StringContent(JsonSerializer.Serialize(one.Value.Event, OrchestrationJson.Default.ControlEvent), Encoding.UTF8, "application/json");
            using var reply = await client.SendAsync(request, patience.Token).ConfigureAwait(false);
            return reply.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { return false; }
    }

    [LoggerMessage(LogLevel.Warning, "An alert of the kind {Kind} for {Project} could not be delivered to {Host}.")]
    private static partial void LogLost(ILogger logger, string kind, string project, string host);

    [LoggerMessage(LogLevel.Error, "The delivery {Id} did not go on.")]
    private static partial void LogFault(ILogger logger, string id, Exception e);
}
