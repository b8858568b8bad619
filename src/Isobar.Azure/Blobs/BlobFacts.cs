using System.Globalization;
using Isobar.Engine.Objects;

namespace Isobar.Azure.Blobs;

/// <summary>
/// What Azure knows of a blob and the engine does not: kept among the object's own headers, those that a reader sees under the names that he sees them by,
/// the others under a prefix that no client can send.
/// </summary>
internal static class BlobFacts
{
    public const string Type = "x-ms-blob-type", Tier = "x-ms-access-tier", TierTime = "x-ms-access-tier-change-time", Created = "x-ms-creation-time", Appended = "x-ms-blob-committed-block-count";
    public const string CopyId = "x-ms-copy-id", CopySource = "x-ms-copy-source", CopyStatus = "x-ms-copy-status", CopyProgress = "x-ms-copy-progress", CopyTime = "x-ms-copy-completion-time";
    public const string BlockBlob = "BlockBlob", AppendBlob = "AppendBlob";
    private const string Own = "isobar-", Modified = Own + "modified", Revision = Own + "revision", Snapped = Own + "etag", Committed = Own + "blocks";

    public static string TypeOf(ObjectInfo info) => info.Headers.GetValueOrDefault(Type, BlockBlob);

    /// <summary>The headers that a reader sees.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Visible(ObjectInfo info) => info.Headers.Where(h => !h.Key.StartsWith(Own, StringComparison.Ordinal));

    /// <summary>Changes with every write, and with every change of what is known of the blob.</summary>
    public static string ETag(ObjectInfo info) => info.Headers.GetValueOrDefault(Snapped) ?? $"\"0x{info.ETag.ToUpperInvariant()}{info.Generation:X}{(info.Headers.TryGetValue(Revision, out var revision) ? "-" + revision : "")}\"";

    public static DateTimeOffset LastModified(ObjectInfo info) => info.Headers.TryGetValue(Modified, out var text) ? Time(text) : info.LastModified;

    public static DateTimeOffset CreatedAt(ObjectInfo info) => info.Headers.TryGetValue(Created, out var text) ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : info.LastModified;

    /// <summary>The committed blocks, as <c>id:size</c>; empty for a blob that was put whole.</summary>
    public static IReadOnlyList<(string Id, long Size)> Blocks(ObjectInfo info) =>
        [.. (info.Headers.GetValueOrDefault(Committed) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(b => (b[..b.LastIndexOf(':')], long.Parse(b[(b.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture)))];

    public static KeyValuePair<string, string> Blocks(IEnumerable<(string Id, long Size)> blocks) => new(Committed, string.Join(' ', blocks.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Id}:{b.Size}"))));

    /// <summary>The blob with facts changed; null takes one away. It has another ETag then, and was modified now.</summary>
    public static ObjectInfo Touched(ObjectInfo info, DateTimeOffset now, params (string Name, string? Value)[] facts)
    {
        var revision = info.Headers.TryGetValue(Revision, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) + 1 : 1;
        var headers = new Dictionary<string, string>(info.Headers) { [Revision] = revision.ToString(CultureInfo.InvariantCulture), [Modified] = now.UtcTicks.ToString(CultureInfo.InvariantCulture) };
        foreach (var (name, value) in facts)
        {
            if (value is null) headers.Remove(name);
            else headers[name] = value;
        }
        return info with { Headers = headers };
    }

    /// <summary>The headers of a copy that shows what its source shows, whenever it is read.</summary>
    public static Dictionary<string, string> Frozen(ObjectInfo info) => new(info.Headers)
    {
        [Snapped] = ETag(info),
        [Modified] = LastModified(info).UtcTicks.ToString(CultureInfo.InvariantCulture),
        [Created] = BlobHeaders.Date(CreatedAt(info)),
    };

    /// <summary>The headers that a copy takes over: those of its own life it makes anew.</summary>
    public static Dictionary<string, string> Inherited(ObjectInfo info) =>
        info.Headers.Where(h => !h.Key.StartsWith(Own, StringComparison.Ordinal) && !h.Key.StartsWith("x-ms-copy-", StringComparison.Ordinal) && h.Key is not (Created or Tier or TierTime) || h.Key == Committed).ToDictionary();

    private static DateTimeOffset Time(string ticks) => new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
