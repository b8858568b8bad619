using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.Logging;

namespace Isobar.MultiCloud.Alerts;

/// <summary>Posts what happened to those whom a manifest names. An address that fails is tried again a few times, and holds up no other.</summary>
public sealed partial class AlertDelivery(Events events, IControlStore store, IHttpClientFactory http, TimeProvider time, ILogger<AlertDelivery> log)
{
    private const int MaxQueued = 1000;
    private const int MaxTries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Channel<ControlEvent> _queue = Channel.CreateBounded<ControlEvent>(new BoundedChannelOptions(MaxQueued) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Delivers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        void Queue(ControlEvent told) => _queue.Writer.TryWrite(told);
        events.Happened += Queue;
        try
        {
            await foreach (var told in _queue.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            {
                if (await store.GetAsync(Kinds.Projects, told.Project, ct).ConfigureAwait(false) is not { } project) continue;
                foreach (var target in (project.Value.Manifest.Alerts ?? []).Where(t => t.On is null || t.On.Contains(told.Kind))) _ = PostAsync(target, told, ct);
            }
        }
        finally
        {
            events.Happened -= Queue;
        }
    }

    private async Task PostAsync(AlertTarget target, ControlEvent told, CancellationToken ct)
    {
        var body = JsonSerializer.Serialize(told, OrchestrationJson.Default.ControlEvent);
        for (var (tried, pause) = (1, FirstPause); !ct.IsCancellationRequested; tried++, pause *= 2)
        {
            if (await DeliveredAsync(target, body, ct).ConfigureAwait(false)) return;
            if (tried == MaxTries)
            {
                // The path of a webhook is often its password.
                LogLost(log, told.Kind, told.Project, new Uri(target.Webhook).Host);
                return;
            }
            await Task.Delay(pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> DeliveredAsync(AlertTarget target, string body, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var client = http.CreateClient();
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var reply = await client.PostAsync(new Uri(target.Webhook), content, patience.Token).ConfigureAwait(false);
            return reply.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { return false; }
    }

    [LoggerMessage(LogLevel.Warning, "An alert of the kind {Kind} for {Project} could not be delivered to {Host}.")]
    private static partial void LogLost(ILogger logger, string kind, string project, string host);
}
