using Isobar.Engine.Metering;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Objects;

/// <summary>Meters what is stored: the size of each bucket, all versions counted, looked at every few minutes.</summary>
internal sealed class StorageMeter(ObjectStore store, IMeter meter, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(false);
            Post(time.GetElapsedTime(last));
            last = time.GetTimestamp();
        }
    }

    /// <summary>Takes what is stored now as stored for all of <paramref name="span"/>.</summary>
    public void Post(TimeSpan span)
    {
        foreach (var (bucket, region, bytes) in store.StoredBytes())
            meter.Post(new Usage(bucket.Realm, region?.ToLowerInvariant() ?? "us-east-1", "storage", "standard-storage", "byte-hours", bytes * span.TotalHours, bucket.Name, time.GetUtcNow()));
    }
}
