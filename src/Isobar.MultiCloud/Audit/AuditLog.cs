using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Audit;

/// <summary>A change that somebody made.</summary>
/// <param name="Number">From 1, without a gap.</param>
/// <param name="Previous">The hash of the entry before; of the first, 64 zeros.</param>
/// <param name="Hash">SHA-256 over everything else of this entry.</param>
public sealed record AuditEntry(long Number, DateTimeOffset At, string Who, string What, string Target, string Detail, string Previous, string Hash);

/// <summary>What a check of the chain found.</summary>
/// <param name="Head">The hash of the last entry; kept elsewhere, it shows a log that was cut off or written anew.</param>
public sealed record AuditCheck(bool Intact, long Entries, string Head, long? BrokenAt = null, string? Reason = null);

/// <summary>Contracts of the audit log.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(IReadOnlyList<AuditEntry>))]
[JsonSerializable(typeof(AuditCheck))]
[JsonSerializable(typeof(AuditHead))]
public sealed partial class AuditJson : JsonSerializerContext;

/// <summary>Where the chain ends.</summary>
public sealed record AuditHead(long Number, string Hash);

/// <summary>Every change, each entry holding the hash of the one before: what is altered, dropped or put in between breaks the chain.</summary>
public sealed class AuditLog(IControlStore store, TimeProvider time)
{
    private static readonly Kind<AuditEntry> Entries = new("control.audit", AuditJson.Default.AuditEntry);
    private static readonly Kind<AuditHead> Heads = new("control.audit-head", AuditJson.Default.AuditHead);
    private const string Nothing = "0000000000000000000000000000000000000000000000000000000000000000";
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Adds an entry.</summary>
    public async Task AddAsync(string who, string what, string target, string detail, CancellationToken ct = default)
    {
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var head = (await store.GetAsync(Heads, "head", ct).ConfigureAwait(false))?.Value ?? new AuditHead(0, Nothing);
            AuditEntry entry;
            do
            {
                // The head lags behind where a kill came between, and where another server of the cluster took the number: the entry follows the last there is.
                while (await store.GetAsync(Entries, Id(head.Number + 1), ct).ConfigureAwait(false) is { } written) head = new AuditHead(written.Value.Number, written.Value.Hash);
                entry = new AuditEntry(head.Number + 1, time.GetUtcNow(), who, what, target, detail, head.Hash, "");
                entry = entry with { Hash = HashOf(entry) };
            }
            while ((await store.WriteAsync(Entries, Id(entry.Number), entry, 0, ct).ConfigureAwait(false)).Error is not null);
            await store.PutAsync(Heads, "head", new AuditHead(entry.Number, entry.Hash), ct).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The newest entries, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(int most, CancellationToken ct = default) =>
        [.. (await store.ListAsync(Entries, "", ct).ConfigureAwait(false)).Select(e => e.Value).OrderByDescending(e => e.Number).Take(most)];

    /// <summary>Follows the chain from its beginning.</summary>
    public async Task<AuditCheck> VerifyAsync(CancellationToken ct = default)
    {
        var (previous, number) = (Nothing, 0L);
        foreach (var (id, entry, _, _) in await store.ListAsync(Entries, "", ct).ConfigureAwait(false))
        {
            number++;
            if (entry.Number != number || id != Id(number)) return Broken("an entry is missing before the one that follows");
            if (entry.Previous != previous) return Broken("it does not follow from the one before");
            if (entry.Hash != HashOf(entry)) return Broken("its content was altered");
            previous = entry.Hash;
        }
        var head = (await store.GetAsync(Heads, "head", ct).ConfigureAwait(false))?.Value;
        return head is not null && head.Number > number ? new AuditCheck(false, number, previous, number + 1, $"the log ends at {number}, though {head.Number} entries were written") : new AuditCheck(true, number, previous);

        AuditCheck Broken(string reason) => new(false, number, previous, number, $"entry {number}: {reason}");
    }

    private static string Id(long number) => number.ToString("D12", CultureInfo.InvariantCulture);

    // Each part with its length before it: no two different entries have the same text.
    private static string HashOf(AuditEntry entry)
    {
        var text = new StringBuilder();
        foreach (var part in new string?[] { Id(entry.Number), entry.At.UtcTicks.ToString(CultureInfo.InvariantCulture), entry.Who, entry.What, entry.Target, entry.Detail, entry.Previous }) text.Append(part?.Length ?? -1).Append(':').Append(part);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
