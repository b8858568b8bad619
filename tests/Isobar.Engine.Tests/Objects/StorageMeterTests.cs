using Isobar.Engine.Metering;
using Isobar.Engine.Objects;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Objects;

public sealed class StorageMeterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Post_StoredObject_IsMeteredInByteHours()
    {
        var time = new FakeTimeProvider();
        var bucket = new BucketName("aws", "b");
        await using var store = new ObjectStore(new EngineOptions { DataDirectory = _folder.Path }, time);
        await store.CreateBucketAsync(bucket, "eu-west-1", default);
        await store.PutAsync(bucket, "k", new MemoryStream(new byte[1000]), null, default);
        var fake = new FakeMeter();
        using var meter = new StorageMeter(store, fake, time);

        meter.Post(TimeSpan.FromMinutes(90));

        var posted = Assert.Single(fake.Posted);
        Assert.Equal(("storage", "eu-west-1", "b", "byte-hours", 1500.0), (posted.Service, posted.Region, posted.Resource, posted.Unit, posted.Quantity));
    }

    private sealed class FakeMeter : IMeter
    {
        public List<Usage> Posted { get; } = [];

        public void Post(Usage usage) => Posted.Add(usage);
        public Task FlushAsync(CancellationToken ct) => Task.CompletedTask;
        public Task<IReadOnlyList<UsageCost>> CostsAsync(DateTimeOffset from, DateTimeOffset to, string? realm, string? resource, CancellationToken ct) => Task.FromResult<IReadOnlyList<UsageCost>>([]);
    }
}
