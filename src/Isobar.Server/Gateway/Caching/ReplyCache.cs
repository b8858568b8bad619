using System.Security.Cryptography;
using System.Text;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.Caching.Memory;

namespace Isobar.Server.Gateway.Caching;

/// <summary>Answers of equal requests, for a while. The key is a digest of everything that the answer hangs on: nobody can make two requests that share one.</summary>
internal sealed class ReplyCache(CacheDefinition definition, TimeProvider time)
{
    private const int Overhead = 256;
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = definition.MaxBytes, Clock = new Clock(time) });
    private long _hits, _misses;

    public CacheDefinition Definition => definition;
    public long Hits => Volatile.Read(ref _hits);
    public long Misses => Volatile.Read(ref _misses);

    /// <summary>The key of a request.</summary>
    public static string KeyOf(PredictionCall call)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes($"{call.ContentType}\n{call.Accept}\n"));
        foreach (var (name, value) in call.Headers)
            // What a request carries for tracing alone makes no other answer.
            if (!name.StartsWith("trace", StringComparison.OrdinalIgnoreCase) && !name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase)) digest.AppendData(Encoding.UTF8.GetBytes($"{name.ToLowerInvariant()}:{value}\n"));
        digest.AppendData("\n"u8);
        digest.AppendData(call.Body.Span);
        return Convert.ToBase64String(digest.GetHashAndReset());
    }

    /// <summary>A kept answer.</summary>
    public KeptReply? Find(string key)
    {
        var found = _kept.Get<KeptReply>(key);
        Interlocked.Increment(ref found is null ? ref _misses : ref _hits);
        return found;
    }

    /// <summary>Keeps a whole answer that is a success.</summary>
    public void Keep(string key, UpstreamReply reply)
    {
        if (reply.Error is not null || reply.Rest is not null) return;
        var kept = new KeptReply(reply.Status, reply.ContentType, reply.Body.ToArray());
        _kept.Set(key, kept, new MemoryCacheEntryOptions { Size = kept.Body.Length + Overhead, AbsoluteExpirationRelativeToNow = TimeSpan.FromMilliseconds(definition.TtlMs) });
    }

#pragma warning disable CS0618 // The cache has no other way to be given a clock.
    private sealed class Clock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
#pragma warning restore CS0618
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}

/// <summary>An answer that was kept.</summary>
internal sealed record KeptReply(int Status, string? ContentType, byte[] Body);
