using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

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

    /// <summary>Keeps a whole answer that is a success, as long as the model allows (RFC 9111).</summary>
    public void Keep(string key, UpstreamReply reply)
    {
        if (reply.Error is not null || reply.Rest is not null || reply.Status != 200) return;
        var (ttl, size) = (TimeSpan.FromMilliseconds(definition.TtlMs), reply.Body.Length + Overhead);
        foreach (var (name, value) in reply.Headers)
        {
            size += name.Length + value.ToString().Length;
            // What was set for one caller is not another's.
            if (name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)) return;
            if (!name.Equals("Cache-Control", StringComparison.OrdinalIgnoreCase) || !CacheControlHeaderValue.TryParse(value.ToString(), out var said)) continue;
            if (said is { NoStore: true } or { NoCache: true } or { Private: true }) return;
            if ((said.SharedMaxAge ?? said.MaxAge) is { } age && age < ttl) ttl = age;
        }
        if (ttl > TimeSpan.Zero) _kept.Set(key, new KeptReply(reply.Status, reply.ContentType, reply.Headers, reply.Body.ToArray()), new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = ttl });
    }

#pragma warning disable CS0618 // The cache has no other way to be given a clock.
    private sealed class Clock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
#pragma warning restore CS0618
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}

/// <summary>An answer that was kept.</summary>
internal sealed record KeptReply(int Status, string? ContentType, IReadOnlyList<KeyValuePair<string, StringValues>> Headers, byte[] Body);
