using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Server.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Gateway.Keys;

/// <summary>The keys of the gateway: <c>isk_ID_SECRET</c>. Checks read memory alone.</summary>
internal sealed class ApiKeys([FromKeyedServices(ClusterRegistration.Shared)] IStateStore store, TimeProvider time)
{
    private const string Prefix = "isk_";
    private const int IdBytes = 8, SecretBytes = 32;
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private static readonly TimeSpan LongestRequest = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, (Caller Caller, long Since)> _revoked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Caller> _subjects = new(StringComparer.Ordinal);

    /// <summary>All callers that have asked since the start, those among them whose key was revoked while requests were under way or not written down.</summary>
    public IEnumerable<Caller> Callers => _held.Values.Select(h => h.Caller).Concat(_revoked.Values.Select(r => r.Caller)).Concat(_subjects.Values).Append(Caller.Anyone);

    /// <summary>Reads what is kept, at the start.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await RefreshAsync(ct).ConfigureAwait(false);
        await SettleAsync(ct).ConfigureAwait(false);
    }

    /// <summary>The keys that may only ask so fast.</summary>
    public IReadOnlyDictionary<string, KeyRate> Rates => _held.Where(h => h.Value.Caller.Rate is not null).ToDictionary(h => h.Key, h => h.Value.Caller.Rate!);

    /// <summary>Writes down what this server let through of the quotas of the day, and reads what all have let through.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        var bounded = _held.Where(h => h.Value.Caller.Quota is not null).ToDictionary(h => h.Key, h => h.Value.Caller.Quota!);
        if (bounded.Count == 0) return;
        foreach (var (id, quota) in bounded)
        {
            var (day, since) = quota.Since;
            if (since == 0) continue;
            await store.InsertAsync(KeyCollections.Quotas, id, new QuotaDay(day, 0), ct).ConfigureAwait(false);
            var written = await store.ChangeAsync<QuotaDay>(KeyCollections.Quotas, id, before => before.Day < day ? new QuotaDay(day, since) : before.Day == day ? before with { Requests = before.Requests + since } : before, ct).ConfigureAwait(false);
            if (written.TryGet(out var now, out _)) quota.Wrote(now.Value.Day, since, now.Value.Requests);
        }
        foreach (var one in await store.ListAsync(KeyCollections.Quotas, "", ct).ConfigureAwait(false))
            if (bounded.TryGetValue(one.Id, out var quota)) quota.Wrote(one.Value.Day, 0, one.Value.Requests);
    }

    /// <summary>Takes over what other silos of the cluster have made or revoked.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var kept = (await store.ListAsync(KeyCollections.Keys, "", ct).ConfigureAwait(false)).ToDictionary(d => d.Id, d => d.Value);
        foreach (var (id, key) in kept)
            if (!_held.ContainsKey(id)) Hold(key);
        foreach (var id in _held.Keys.Where(id => !kept.ContainsKey(id))) Drop(id);
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
        await store.DeleteAsync(KeyCollections.Quotas, id, ct).ConfigureAwait(false);
        Drop(id);
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

    private static Error Unknown => new(ErrorCode.Unauthenticated, "The key is not known.");

    private void Drop(string id)
    {
        if (_held.TryRemove(id, out var held)) _revoked[id] = (held.Caller, time.GetTimestamp());
        foreach (var (past, (_, since)) in _revoked)
            if (time.GetElapsedTime(since) > LongestRequest) _revoked.TryRemove(past, out _);
    }

    private void Hold(ApiKey key)
    {
        var rate = key.RequestsPerSecond is { } perSecond ? new KeyRate(perSecond, key.Burst, time) : null;
        _held[key.Id] = new Held(key, Convert.FromHexString(key.SecretHash), new Caller(key.Id, rate, key.DailyRequests is { } most ? new DailyQuota(most, time) : null));
    }

    private sealed record Held(ApiKey Key, byte[] Hash, Caller Caller);
}
