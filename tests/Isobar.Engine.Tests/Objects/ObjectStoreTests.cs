using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Tests.Objects;

public sealed class ObjectStoreTests : IAsyncDisposable
{
    private static readonly BucketName B = new("aws", "bucket");
    private readonly TempFolder _folder = new();
    private readonly ObjectStore _store;

    public ObjectStoreTests()
    {
        _store = new ObjectStore(new EngineOptions { DataDirectory = _folder.Path }, TimeProvider.System);
        _store.CreateBucketAsync(B, null, default).GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(128 * 1024)]
    [InlineData(1_000_003)]
    public async Task PutAsync_AnySize_ReadsBackTheSame(int size)
    {
        var bytes = Bytes(size);
        var put = (await _store.PutAsync(B, "k", new MemoryStream(bytes), null, default)).Value;

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(bytes)), put.ETag);
        Assert.Equal(bytes, await ReadAsync("k"));
        if (size > 10) Assert.Equal(bytes[5..9], await ReadAsync("k", 5, 4));
    }

    [Fact]
    public async Task PutAsync_TruncatedUpload_KeepsTheOldObject()
    {
        await PutAsync("k", "old");
        var result = await _store.PutAsync(B, "k", new MemoryStream(Bytes(100_000)), new PutOptions { ExpectedLength = 100_001 }, default);

        Assert.Equal(ErrorCode.DataLoss, result.Error?.Code);
        Assert.Equal("old", Encoding.UTF8.GetString(await ReadAsync("k")));
        Assert.Empty(Directory.EnumerateFiles(_folder["objects/incoming"]));
    }

    [Fact]
    public async Task PutAsync_WrongChecksum_IsRefused()
    {
        var result = await _store.PutAsync(B, "k", new MemoryStream([1]), new PutOptions { ExpectedChecksums = new Dictionary<string, string> { ["crc32"] = "AAAAAA==" } }, default);
        Assert.Equal(ErrorCode.DataLoss, result.Error?.Code);
    }

    // Check values of the CRC catalogue for "123456789".
    [Theory]
    [InlineData("crc32", "cbf43926")]
    [InlineData("crc32c", "e3069283")]
    [InlineData("crc64nvme", "ae8b14860a799888")]
    public async Task PutAsync_Checksum_IsTheCataloguesValue(string algorithm, string hex)
    {
        var put = (await _store.PutAsync(B, "k", new MemoryStream("123456789"u8.ToArray()), new PutOptions { ComputeChecksums = [algorithm] }, default)).Value;
        Assert.Equal(hex, Convert.ToHexStringLower(Convert.FromBase64String(put.Checksums[algorithm])));
    }

    [Fact]
    public async Task PutAsync_Replaced_DropsTheOldBlobAndKeepsSharedOnes()
    {
        var shared = Bytes(50_000);
        await _store.PutAsync(B, "a", new MemoryStream(shared), null, default);
        await _store.PutAsync(B, "b", new MemoryStream(shared), null, default);
        await PutAsync("a", "small now");
        Assert.Single(Blobs());
        await _store.DeleteAsync(B, "b", null, default);
        Assert.Empty(Blobs());
    }

    [Fact]
    public async Task PutAsync_Conditions_AreKept()
    {
        var first = await PutAsync("k", "1");
        Assert.Equal(ErrorCode.FailedPrecondition, (await PutAsync("k", "2", new WriteCondition(IfNoneExists: true))).Error?.Code);
        Assert.Equal(ErrorCode.FailedPrecondition, (await PutAsync("k", "2", new WriteCondition("beef"))).Error?.Code);
        Assert.True((await PutAsync("k", "2", new WriteCondition(first.Value.ETag))).IsOk);
    }

    [Fact]
    public async Task ListAsync_DelimiterAndPages_MatchAPlainModel()
    {
        var random = new Random(7);
        var keys = Enumerable.Range(0, 700).Select(_ => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abé\U0001F600z"[random.Next(0, 3)].ToString() + random.Next(4)))).Distinct().ToList();
        foreach (var key in keys) await PutAsync(key, "x");
        foreach (var prefix in new[] { "", "a", "a1/", "zz" })
        foreach (var delimiter in new[] { null, "/" })
        {
            var expected = keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
                .Select(k => delimiter is not null && k.IndexOf('/', prefix.Length) is var at and >= 0 ? k[..(at + 1)] : k)
                .Distinct().OrderBy(k => Convert.ToHexString(Encoding.UTF8.GetBytes(k)), StringComparer.Ordinal).ToList();
            var seen = new List<string>();
            string? next = null;
            do
            {
                var page = (await _store.ListAsync(B, new ObjectQuery(prefix, delimiter, Continue: next, Limit: 7), default)).Value;
                Assert.True(page.Objects.Count + page.CommonPrefixes.Count <= 7);
                seen.AddRange(page.Objects.Select(o => o.Key).Concat(page.CommonPrefixes).OrderBy(k => Convert.ToHexString(Encoding.UTF8.GetBytes(k)), StringComparer.Ordinal));
                next = page.Next;
            }
            while (next is not null);
            Assert.Equal(expected, seen);
        }
    }

    [Fact]
    public async Task DeleteAsync_Versioned_LeavesAMarkerThatCanBeRemoved()
    {
        await _store.ChangeBucketAsync(B, b => b with { Versioning = VersioningState.Enabled }, default);
        await PutAsync("k", "1");
        await PutAsync("k", "2");
        var marker = (await _store.DeleteAsync(B, "k", null, default)).Value!;

        Assert.Equal(ErrorCode.NotFound, (await _store.HeadAsync(B, "k", null, default)).Error?.Code);
        Assert.Equal(3, (await _store.ListAsync(B, new ObjectQuery(Versions: true), default)).Value.Objects.Count);
        await _store.DeleteAsync(B, "k", marker.VersionId, default);
        Assert.Equal("2", Encoding.UTF8.GetString(await ReadAsync("k")));
        Assert.Equal(ErrorCode.FailedPrecondition, (await _store.DeleteBucketAsync(B, default)).Error?.Code);
    }

    [Fact]
    public async Task CompleteAsync_Parts_JoinInOrderWithAMultipartETag()
    {
        var id = (await _store.Uploads.CreateAsync(B, "big", new PutOptions { ContentType = "text/plain" }, default)).Value;
        byte[] one = Bytes(5 * 1024 * 1024), two = Bytes(77);
        var second = (await _store.Uploads.PutPartAsync(B, "big", id, 2, new MemoryStream(two), null, default)).Value;
        var first = (await _store.Uploads.PutPartAsync(B, "big", id, 1, new MemoryStream(one), null, default)).Value;
        var done = (await _store.Uploads.CompleteAsync(B, "big", id, [(1, first.ETag), (2, second.ETag)], null, default)).Value;

        Assert.EndsWith("-2", done.ETag);
        Assert.Equal("text/plain", done.ContentType);
        var read = await ReadAsync("big");
        Assert.Equal(one.Concat(two).ToArray(), read);
        Assert.Single(Blobs());
        Assert.Equal(ErrorCode.NotFound, (await _store.Uploads.AbortAsync(B, "big", id, default)).Error?.Code);
    }

    [Fact]
    public async Task CompleteAsync_SmallMiddlePart_IsRefused()
    {
        var id = (await _store.Uploads.CreateAsync(B, "big", new PutOptions(), default)).Value;
        var a = (await _store.Uploads.PutPartAsync(B, "big", id, 1, new MemoryStream([1]), null, default)).Value;
        var b = (await _store.Uploads.PutPartAsync(B, "big", id, 2, new MemoryStream([2]), null, default)).Value;
        var result = await _store.Uploads.CompleteAsync(B, "big", id, [(1, a.ETag), (2, b.ETag)], null, default);
        Assert.Equal("partSize", result.Error?.Faults[0].Field);
    }

    private Task<Result<ObjectInfo>> PutAsync(string key, string text, WriteCondition? condition = null) =>
        _store.PutAsync(B, key, new MemoryStream(Encoding.UTF8.GetBytes(text)), new PutOptions { Condition = condition ?? WriteCondition.None }, default);

    private async Task<byte[]> ReadAsync(string key, long offset = 0, long? length = null)
    {
        await using var open = (await _store.OpenAsync(B, key, null, offset, length, default)).Value;
        var copy = new MemoryStream();
        await open.Content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private IEnumerable<string> Blobs() => Directory.EnumerateFiles(_folder["objects/blobs"], "*", SearchOption.AllDirectories);

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
