using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Server.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Gateway.Keys;

/// <summary>The keys of the gateway: <c>isk_ID_SECRET</c>. Checks read memory alone.</summary>
internal sealed class ApiKeys([FromKeyedServices(ClusterRegistration.Shared)] IStateStore store, TimeProvider time) : IDisposable
{
    private const string Prefix = "isk_";
    private const int IdBytes = 8, SecretBytes = 32;
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Caller> _subjects = new(StringComparer.Ordinal);

    /// <summary>All callers that have asked since the start.</summary>
    public IEnumerable<Caller> Callers => _held.Values.Select(h => h.Caller).Concat(_subjects.Values).Append(Caller.Anyone);

    /// <summary>Reads what is kept, at the start.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var used = (await store.ListAsync(KeyCollections.Usage, $"{today:yyyy-MM-dd}/", ct).ConfigureAwait(false)).GroupBy(u => u.Value.Caller).ToDictionary(g => g.Key, g => g.Sum(u => u.Value.Requests));
        await RefreshAsync(ct).ConfigureAwait(false);
        foreach (var (id, held) in _held) held.Caller.Quota?.Resume(today, used.GetValueOrDefault(id));
    }

    /// <summary>Takes over what other silos of the cluster have made or revoked.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var kept = (await store.ListAsync(KeyCollections.Keys, "", ct).ConfigureAwait(false)).ToDictionary(d => d.Id, d => d.Value);
        foreach (var (id, key) in kept)
            if (!_held.ContainsKey(id)) Hold(key);
        foreach (var id in _held.Keys.Where(id => !kept.ContainsKey(id))) _held.TryRemove(id, out _);
    }

    /// <summary>Makes a key; the whole of it is given here and nowhere else.</summary>
    public async Task<(ApiKey Key, string Whole)> CreateAsync(ApiKeyOrder order, CancellationToken ct)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        var key = new ApiKey(id, order.Name, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret))), order.Services, order.RequestsPerSecond, order.Burst, order.DailyRequests, time.GetUtcNow(), order.Expires);
        await store.PutAsync(KeyCollections.Keys, id, key, ct).ConfigureAwait(false);
        Hold(key);
        return (key, $"{Prefix}{id}_{secret}");
    }

    /// <summary>All keys, oldest first.</summary>
    public IReadOnlyList<ApiKey> List() => [.. _held.Values.Select(h => h.Key).OrderBy(k => k.Created)];

    /// <summary>Ends a key.</summary>
    public async Task<Result<Done>> RevokeAsync(string id, CancellationToken ct)
    {
        if (!await store.DeleteAsync(KeyCollections.Keys, id, ct).ConfigureAwait(false)) return Error.NotFound($"The key {id}");
        // Its caller is left to the collector: requests under way may still hold it.
        _held.TryRemove(id, out _);
        return Done.Value;
    }

    /// <summary>Whether a text has a key's form.</summary>
    public static bool IsKey(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Who bears a key, where it is valid for this service.</summary>
    public Result<Caller> Find(ReadOnlySpan<char> text, string service)
    {
        var rest = IsKey(text) ? text[Prefix.Length..] : default;
        if (rest.Length != IdBytes * 2 + 1 + SecretBytes * 2 || rest[IdBytes * 2] != '_' || !_held.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(rest[..(IdBytes * 2)], out var held)) return Unknown;
        Span<byte> secret = stackalloc byte[SecretBytes * 2];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (Encoding.UTF8.GetByteCount(rest[(IdBytes * 2 + 1)..]) != secret.Length) return Unknown;
        Encoding.UTF8.GetBytes(rest[(IdBytes * 2 + 1)..], secret);
        SHA256.HashData(secret, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, held.Hash)) return Unknown;
        if (held.Key.Expires is { } end && end <= time.GetUtcNow()) return new Error(ErrorCode.Unauthenticated, "The key has expired.");
        return held.Key.Services.Count == 0 || held.Key.Services.Contains(service) ? held.Caller : new Error(ErrorCode.PermissionDenied, $"The key does not open the service {service}.");
    }

    /// <summary>The caller of a token's subject.</summary>
    public Caller Subject(string subject) => _subjects.GetOrAdd(subject, s => new Caller("oidc:" + s));

    public void Dispose()
    {
        foreach (var held in _held.Values) held.Caller.Dispose();
    }

    private static Error Unknown => new(ErrorCode.Unauthenticated, "The key is not known.");

    private void Hold(ApiKey key)
    {
        var rate = key.RequestsPerSecond is not { } perSecond ? null : new TokenBucketRateLimiter(Bucket(perSecond, key.Burst));
        _held[key.Id] = new Held(key, Convert.FromHexString(key.SecretHash), new Caller(key.Id, rate, key.DailyRequests is { } most ? new DailyQuota(most, time) : null));
    }

    // The bucket is filled ten times a second, or less often where that would be less than one request.
    private static TokenBucketRateLimiterOptions Bucket(double perSecond, int? burst)
    {
        var period = TimeSpan.FromSeconds(Math.Max(0.1, 1 / perSecond));
        return new()
        {
            TokensPerPeriod = Math.Max(1, (int)Math.Round(perSecond * period.TotalSeconds)),
            ReplenishmentPeriod = period,
            TokenLimit = burst ?? Math.Max(1, (int)Math.Ceiling(perSecond)),
            QueueLimit = 0,
            AutoReplenishment = true,
        };
    }

    private sealed record Held(ApiKey Key, byte[] Hash, Caller Caller);
}
