using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Dispatch;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Gateway.Labels;

/// <summary>
/// Keeps what services answer until labels come, for those that want it. A prediction is never held up: it is written behind the answer, at most so many a second of a
/// service, and what is not kept has no id that could be labelled.
/// </summary>
internal sealed partial class PredictionKeeper(QualityBook book, TimeProvider time, ILogger<PredictionKeeper> log) : BackgroundService
{
    public const string Header = "X-Isobar-Prediction";
    private const int MostWaiting = 10_000, MostBytes = 16 * 1024, TrimEvery = 1000;
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly ConcurrentDictionary<string, (int PerSecond, TokenBucketRateLimiter Limit)> _limits = new();

    /// <summary>The id by which an answer can be labelled; null where it is not kept.</summary>
    public string? Keep(LiveService service, in Dispatched dispatched)
    {
        var (definition, reply) = (service.Route.Definition.Labels, dispatched.Reply);
        if (definition is null || dispatched.Backend is not { } backend || reply.Status is < 200 or >= 300 || reply.Rest is not null || reply.Body.Length > MostBytes) return null;
        using var lease = LimitOf(service.Route.Name, definition.PerSecond).AttemptAcquire();
        if (!lease.IsAcquired) return null;
        var now = time.GetUtcNow();
        var id = string.Create(CultureInfo.InvariantCulture, $"{now.UtcTicks:x16}{Random.Shared.Next():x8}");
        var kept = new KeptPrediction(service.Route.Name, id, backend.Definition.Name, now, reply.ContentType, reply.Body.ToArray());
        return _waiting.Writer.TryWrite(new Waiting(kept, definition.Keep, null)) ? id : null;
    }

    /// <summary>Waits until everything that was answered before is written down.</summary>
    public async Task WrittenAsync(CancellationToken ct)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Waiting(null, 0, written), ct).ConfigureAwait(false);
        await written.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var counts = new Dictionary<string, int>();
        await foreach (var waiting in _waiting.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                if (waiting.Prediction is { } kept)
                {
                    await book.KeepAsync(kept, stoppingToken).ConfigureAwait(false);
                    counts[kept.Service] = counts.GetValueOrDefault(kept.Service) + 1;
                    if (counts[kept.Service] % TrimEvery == 1) await book.TrimAsync(kept.Service, waiting.Most, stoppingToken).ConfigureAwait(false);
                }
                waiting.Written?.TrySetResult();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A label for it will be told that it is not known.
                LogLost(log, waiting.Prediction?.Service ?? "", e);
                waiting.Written?.TrySetResult();
            }
        }
    }

    public override void Dispose()
    {
        foreach (var (_, limit) in _limits.Values) limit.Dispose();
        base.Dispose();
    }

    private TokenBucketRateLimiter LimitOf(string service, int perSecond)
    {
        if (_limits.TryGetValue(service, out var known) && known.PerSecond == perSecond) return known.Limit;
        return _limits.AddOrUpdate(service, _ => (perSecond, Make()), (_, old) => old.PerSecond == perSecond ? old : (perSecond, Make())).Limit;

        TokenBucketRateLimiter Make() => new(new TokenBucketRateLimiterOptions { TokenLimit = perSecond * LabelsDefinition.Burst, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0, AutoReplenishment = true });
    }

    [LoggerMessage(LogLevel.Warning, "A prediction of {Service} could not be kept.")]
    private static partial void LogLost(ILogger logger, string service, Exception e);

    private sealed record Waiting(KeptPrediction? Prediction, int Most, TaskCompletionSource? Written);
}
