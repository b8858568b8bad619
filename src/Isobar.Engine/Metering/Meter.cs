using Dapper;
using Isobar.Engine.State;

namespace Isobar.Engine.Metering;

/// <summary>
/// The meter. What is posted is summed by minute and kind of usage in memory and added to SQLite once a second: the number of rows
/// grows with time and resources, never with requests. A kill -9 loses at most that second of usage.
/// </summary>
internal sealed class Meter : IMeter, IAsyncDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    private readonly SqliteDatabase _database;
    private readonly PriceList _prices;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private Dictionary<UsageKey, double> _sums = [];

    public Meter(EngineOptions options, PriceList prices, TimeProvider time)
    {
        _prices = prices;
        _database = new SqliteDatabase(Path.Combine(options.DataDirectory, "usage.db"), "Metering.Migrations.usage");
        _loop = Task.Run(() => RunAsync(time));
    }

    public void Post(Usage usage)
    {
        if (!double.IsFinite(usage.Quantity) || usage.Quantity == 0) return;
        var key = UsageKey.Of(usage);
        lock (_lock)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_sums, key, out _) += usage.Quantity;
        }
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        await _flushing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            Dictionary<UsageKey, double> sums;
            lock (_lock)
            {
                if (_sums.Count == 0) return;
                (sums, _sums) = (_sums, []);
            }
            try
            {
                await _database.WriteAsync(c =>
                {
                    foreach (var (key, quantity) in sums)
                    {
                        c.Execute(
                            "INSERT INTO usage (minute, realm, resource, region, service, sku, unit, spot, tags, quantity) VALUES (@Minute, @Realm, @Resource, @Region, @Service, @Sku, @Unit, @Spot, @Tags, @quantity) " +
                            "ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity",
                            new { key.Minute, key.Realm, key.Resource, key.Region, key.Service, key.Sku, key.Unit, key.Spot, key.Tags, quantity });
                    }
                }, CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                // A full disk now is no reason to forget what was used.
                lock (_lock)
                    foreach (var (key, quantity) in sums) _sums[key] = _sums.GetValueOrDefault(key) + quantity;
                throw;
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    public async Task<IReadOnlyList<UsageCost>> CostsAsync(DateTimeOffset from, DateTimeOffset to, string? realm, string? resource, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        using var c = _database.OpenRead();
        var rows = c.Query<(string Realm, string Region, string Service, string Sku, string Unit, double Quantity, string Resource, bool Spot)>(
            "SELECT realm, region, service, sku, unit, sum(quantity), resource, spot FROM usage " +
            "WHERE minute >= @from AND minute < @to AND (@realm IS NULL OR realm = @realm) AND (@resource IS NULL OR resource = @resource) " +
            "GROUP BY realm, region, service, sku, unit, resource, spot ORDER BY realm, resource, service, sku, unit",
            new { from = UsageKey.MinuteOf(from), to = UsageKey.MinuteOf(to.AddTicks(TimeSpan.TicksPerMinute - 1)), realm, resource });
        return [.. rows.Select(r => new UsageCost(r.Realm, r.Region, r.Service, r.Sku, r.Unit, r.Quantity, r.Resource, r.Spot, _prices.Cost(r.Realm, r.Region, r.Service, r.Sku, r.Unit, r.Quantity, r.Spot)))];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _flushing.Dispose();
    }

    private async Task RunAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(FlushEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try { await FlushAsync(_stop.Token).ConfigureAwait(false); }
                catch (Microsoft.Data.Sqlite.SqliteException) { /* The sums are kept, and the next beat tries again. */ }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposal flushes what is left.
        }
    }
}
