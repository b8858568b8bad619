using System.Text.Json.Serialization;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Server.Gateway.Keys;

/// <summary>A key as it is kept: its secret's digest, never the secret. A secret has 256 random bits, so that a plain digest cannot be searched.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="SecretHash">SHA-256, hexadecimal.</param>
/// <param name="Services">The services that it opens; empty: all.</param>
/// <param name="RequestsPerSecond">How fast it may ask; null: no bound.</param>
/// <param name="Burst">How many at once.</param>
/// <param name="DailyRequests">How many in a day of UTC; null: no bound.</param>
/// <param name="Expires">When it ends; null: never.</param>
internal sealed record ApiKey(string Id, string Name, string SecretHash, IReadOnlyList<string> Services, double? RequestsPerSecond, int? Burst, long? DailyRequests, DateTimeOffset Created, DateTimeOffset? Expires);

/// <summary>A key to make.</summary>
internal sealed record ApiKeyOrder
{
    public string Name { get; init; } = "";
    public IReadOnlyList<string> Services { get; init; } = [];
    public double? RequestsPerSecond { get; init; }
    public int? Burst { get; init; }
    public long? DailyRequests { get; init; }
    public DateTimeOffset? Expires { get; init; }

    public IEnumerable<Fault> Faults()
    {
        if (Name.Length is < 1 or > 100) yield return new("name", Name, "A name has 1 to 100 characters.");
        if (RequestsPerSecond is { } rate && !(rate > 0 && rate <= 1e6)) yield return new("requestsPerSecond", FormattableString.Invariant($"{rate}"), "requestsPerSecond is above 0 and at most 1000000.");
        if (Burst is < 1 or > 1_000_000) yield return new("burst", FormattableString.Invariant($"{Burst}"), "burst lies between 1 and 1000000.");
        if (Burst is not null && RequestsPerSecond is null) yield return new("burst", FormattableString.Invariant($"{Burst}"), "burst goes with requestsPerSecond.");
        if (DailyRequests is < 1) yield return new("dailyRequests", FormattableString.Invariant($"{DailyRequests}"), "dailyRequests is at least 1.");
    }
}

/// <summary>A key as it is shown.</summary>
/// <param name="Key">The whole key; only where it was made just now.</param>
internal sealed record ApiKeyShown(string Id, string Name, IReadOnlyList<string> Services, double? RequestsPerSecond, int? Burst, long? DailyRequests, DateTimeOffset Created, DateTimeOffset? Expires, string? Key = null)
{
    public static ApiKeyShown Of(ApiKey key, string? whole = null) => new(key.Id, key.Name, key.Services, key.RequestsPerSecond, key.Burst, key.DailyRequests, key.Created, key.Expires, whole);
}

/// <summary>All keys.</summary>
internal sealed record ApiKeyList(IReadOnlyList<ApiKeyShown> Keys);

/// <summary>What a caller used on a day.</summary>
internal sealed record UsageDay(DateOnly Day, string Service, string Backend, string Caller, long Requests, long Failed, long BytesIn, long BytesOut);

/// <summary>What a key has used of its quota, on the last day that it asked.</summary>
internal sealed record QuotaDay(DateOnly Day, long Requests);

/// <summary>What was used.</summary>
internal sealed record UsageDays(IReadOnlyList<UsageDay> Usage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(ApiKeyShown))]
[JsonSerializable(typeof(ApiKeyList))]
[JsonSerializable(typeof(UsageDay))]
[JsonSerializable(typeof(QuotaDay))]
[JsonSerializable(typeof(UsageDays))]
internal sealed partial class KeysJson : JsonSerializerContext;

/// <summary>Where keys and their use are kept.</summary>
internal static class KeyCollections
{
    public static readonly Collection<ApiKey> Keys = new("gateway.keys", KeysJson.Default.ApiKey);
    public static readonly Collection<UsageDay> Usage = new("gateway.usage", KeysJson.Default.UsageDay);
    public static readonly Collection<QuotaDay> Quotas = new("gateway.quotas", KeysJson.Default.QuotaDay);
}
