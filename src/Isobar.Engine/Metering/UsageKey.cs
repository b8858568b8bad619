using System.Text.Json;
using System.Text.Json.Serialization;

namespace Isobar.Engine.Metering;

/// <summary>What usage is summed by.</summary>
internal readonly record struct UsageKey(long Minute, string Realm, string Resource, string Region, string Service, string Sku, string Unit, bool Spot, string Tags)
{
    public static UsageKey Of(Usage usage) => new(
        MinuteOf(usage.Time), usage.Realm, usage.Resource, usage.Region, usage.Service, usage.Sku, usage.Unit, usage.Spot,
        usage.Tags is not { Count: > 0 } tags ? "" : JsonSerializer.Serialize(new SortedDictionary<string, string>(tags.ToDictionary(), StringComparer.Ordinal), MeteringJson.Default.SortedDictionaryStringString));

    /// <summary>The minute of a time, counted from the year 1.</summary>
    public static long MinuteOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMinute;
}

[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class MeteringJson : JsonSerializerContext;
