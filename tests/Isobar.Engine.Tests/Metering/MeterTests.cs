using Isobar.Engine.Metering;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Metering;

public sealed class MeterTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 30, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);
    private Meter _meter;

    public MeterTests() => _meter = Open();

    public async ValueTask DisposeAsync()
    {
        await _meter.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Post_ManyInvocations_MakeOneRow()
    {
        Parallel.For(0, 10_000, _ => _meter.Post(Used("invocations", 1)));
        await _meter.FlushAsync(default);
        for (var i = 0; i < 10; i++) _meter.Post(Used("invocations", 1));
        await _meter.FlushAsync(default);

        var cost = Assert.Single(await _meter.CostsAsync(Start, Start, null, null, default));
        Assert.Equal(10_010, cost.Quantity);
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder["usage.db"]}");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM usage";
        Assert.Equal(1L, count.ExecuteScalar());
    }

    [Fact]
    public async Task CostsAsync_AfterARestart_IsPricedByTheTable()
    {
        _meter.Post(Used("instance-seconds", 1800));
        _meter.Post(Used("instance-seconds", 1800) with { Sku = "ml.unheard-of" });
        _meter.Post(Used("instance-seconds", 5) with { Resource = "other" });
        await _meter.DisposeAsync();
        _meter = Open();

        var costs = await _meter.CostsAsync(Start, Start.AddMinutes(1), "aws", "e", default);
        Assert.Equal([("ml.m5.large", (decimal?)0.0575m), ("ml.unheard-of", null)], costs.Select(c => (c.Sku, c.Cost)));
        Assert.Empty(await _meter.CostsAsync(Start.AddMinutes(2), Start.AddMinutes(9), null, null, default));
    }

    [Fact]
    public void Cost_StorageAndRequests_AreConverted()
    {
        var prices = PriceList.Load();
        Assert.Equal(0.023, (double)prices.Cost("aws", "us-east-1", "storage", "standard-storage", "byte-hours", 730.0 * (1L << 30), false)!.Value, 9);
        Assert.Equal(0.005m, prices.Cost("aws", "us-east-1", "requests", "standard-put", "requests", 1000, false));
        Assert.Equal(0.09m, prices.Cost("aws", "us-east-1", "transfer", "standard-data-transfer-out", "bytes", 1L << 30, false));
        Assert.Null(prices.Cost("aws", "eu-west-9", "requests", "standard-put", "requests", 1000, false));
    }

    [Fact]
    public void Cost_InvocationsOfAnyInstance_AreFreeButItsTimeIsNot()
    {
        var prices = PriceList.Load();
        Assert.Equal(0m, prices.Cost("aws", "us-east-1", "hosting", "ml.m5.large", "invocations", 1000, false));
        Assert.Equal(0.115m, prices.Cost("aws", "us-east-1", "hosting", "ml.m5.large", "instance-seconds", 3600, false));
        Assert.Null(prices.Cost("aws", "us-east-1", "hosting", "ml.unheard-of", "instance-seconds", 3600, false));
    }

    [Fact]
    public void Load_EveryRow_IsSane() => Assert.All(PriceList.Load().All, p =>
    {
        // Only what a service gives away is free; a price is never left at 0.
        Assert.InRange(p.Value, p.Sku == "*" ? 0 : 0.000001m, 500m);
        Assert.False(p.SpotPrice > p.Value);
        Assert.NotEmpty(p.Source);
        Assert.True(DateOnly.TryParseExact(p.Date, "yyyy-MM-dd", out _));
    });

    private static Usage Used(string unit, double quantity) => new("aws", "us-east-1", "hosting", "ml.m5.large", unit, quantity, "e", Start);

    private Meter Open() => new(new EngineOptions { DataDirectory = _folder.Path }, PriceList.Load(), _time);
}
