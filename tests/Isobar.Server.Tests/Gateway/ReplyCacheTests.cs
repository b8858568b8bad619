using System.Buffers;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Caching;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Server.Tests.Gateway;

/// <summary>Which answers are kept, and for how long.</summary>
public sealed class ReplyCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ReplyCache _cache;

    public ReplyCacheTests() => _cache = new ReplyCache(new CacheDefinition { TtlMs = 60_000 }, _time);

    [Theory]
    [InlineData(200, null, null, 60)]
    [InlineData(200, "Cache-Control", "public", 60)]
    [InlineData(200, "Cache-Control", "max-age=5", 5)]
    [InlineData(200, "Cache-Control", "max-age=3600", 60)]
    // A cache for all callers heeds its own limit before that of everybody's.
    [InlineData(200, "Cache-Control", "max-age=50, s-maxage=7", 7)]
    [InlineData(200, "Cache-Control", "max-age=0", 0)]
    [InlineData(200, "Cache-Control", "private", 0)]
    [InlineData(200, "cache-control", "no-cache", 0)]
    [InlineData(200, "Cache-Control", "no-store", 0)]
    [InlineData(200, "Set-Cookie", "session=1", 0)]
    [InlineData(302, null, null, 0)]
    [InlineData(204, null, null, 0)]
    public void Keep_Answer_IsThereAsLongAsItMayBe(int status, string? header, string? value, int seconds)
    {
        using (var reply = Reply(status, header, value)) _cache.Keep("key", reply);
        if (seconds > 0)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.Equal("ok"u8.ToArray(), _cache.Find("key")!.Body);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Null(_cache.Find("key"));
        Assert.Equal((seconds > 0 ? 1 : 0, 1), (_cache.Hits, _cache.Misses));
    }

    private static UpstreamReply Reply(int status, string? header, string? value)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16);
        "ok"u8.CopyTo(buffer);
        return UpstreamReply.Rented(status, "text/plain", header is null ? [] : [new KeyValuePair<string, StringValues>(header, value)], buffer, 2);
    }
}
