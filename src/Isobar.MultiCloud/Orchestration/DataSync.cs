using System.Text.Json.Serialization;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>An object that was copied: the entity tags that source and copy had then.</summary>
public sealed record SyncedObject(string Source, string Copy);

/// <summary>What was copied of a data set to a cloud, by the keys of the source.</summary>
public sealed record SyncedData(IReadOnlyDictionary<string, SyncedObject> Objects);

/// <summary>
/// Makes a folder in one cloud the same as one in another: what is new or has changed is copied, what is no longer there is dropped, and everything
/// else, for whose way the clouds would charge once more, stays. A copy that breaks off goes on where it was.
/// </summary>
internal sealed class DataSync(IControlStore store)
{
    private static readonly Kind<SyncedData> Kind = new("control.synced", DataSyncJson.Default.SyncedData);
    // What is remembered is one document: of more objects it would grow too large, and they are copied anew.
    private const int MostRemembered = 10_000;

    /// <summary>Copies all objects whose key starts with that of <paramref name="source"/>; gives the same prefix below <paramref name="target"/>.</summary>
    public async Task<Result<DataLocation>> CopyAsync(string project, CloudEntry from, DataLocation source, CloudEntry to, DataLocation target, CancellationToken ct)
    {
        if (!(await from.Cloud.Objects.ListAsync(source, ct).ConfigureAwait(false)).TryGet(out var objects, out var error)) return error;
        if (objects.Count == 0) return Error.NotFound($"Data at {source} in {from.Name}");
        if ((await to.Cloud.Objects.EnsureBucketAsync(target.Bucket, ct).ConfigureAwait(false)).Error is { } refused) return refused;
        var copy = target with { Key = $"{target.Key}/{source.Key}" };
        if (!(await to.Cloud.Objects.ListAsync(copy, ct).ConfigureAwait(false)).TryGet(out var there, out error)) return error;
        var id = $"{project}/{to.Name}/{target.Key}";
        var copies = there.ToDictionary(o => o.Key[(target.Key.Length + 1)..]);
        var known = (await store.GetAsync(Kind, id, ct).ConfigureAwait(false))?.Value.Objects ?? new Dictionary<string, SyncedObject>();
        var synced = objects.Where(o => known.TryGetValue(o.Key, out var s) && s.Source == Mark(o) && copies.TryGetValue(o.Key, out var c) && s.Copy == Mark(c)).ToDictionary(o => o.Key, o => known[o.Key]);
        try
        {
            foreach (var one in objects.Where(o => !synced.ContainsKey(o.Key)))
            {
                var at = target with { Key = $"{target.Key}/{one.Key}" };
                if (!(await CopyAsync(from, source with { Key = one.Key }, to, at, ct).ConfigureAwait(false)).TryGet(out var stored, out error)) return error;
                if (one.ETag.Length > 0 && stored.ETag.Length > 0) synced[one.Key] = new SyncedObject(Mark(one), Mark(stored));
            }
            // A training would take what the source has dropped for a part of its data.
            foreach (var key in copies.Keys.Except(objects.Select(o => o.Key)))
                if ((await to.Cloud.Objects.DeleteAsync(target with { Key = $"{target.Key}/{key}" }, ct).ConfigureAwait(false)).Error is { } kept) return kept;
            return copy;
        }
        finally
        {
            // Also when it broke off, and when it was told to: what was copied need not go its way again.
            if (synced.Count <= MostRemembered) await store.PutAsync(Kind, id, new SyncedData(synced), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets what was copied for a project, whose copies are gone.</summary>
    public async Task ForgetAsync(string project, CancellationToken ct)
    {
        foreach (var one in await store.ListAsync(Kind, project + "/", ct).ConfigureAwait(false)) await store.DeleteAsync(Kind, one.Id, ct).ConfigureAwait(false);
    }

    private static async Task<Result<StoredObject>> CopyAsync(CloudEntry from, DataLocation source, CloudEntry to, DataLocation target, CancellationToken ct)
    {
        if (!(await from.Cloud.Objects.GetAsync(source, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return error;
        // What comes over a wire cannot be rewound, and a client that repeats a transfer must rewind.
        var path = Path.GetTempFileName();
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        await using (content.ConfigureAwait(false)) await content.CopyToAsync(file, ct).ConfigureAwait(false);
        file.Position = 0;
        return await to.Cloud.Objects.PutAsync(target, file, ct: ct).ConfigureAwait(false);
    }

    private static string Mark(StoredObject one) => $"{one.ETag} {one.Size}";
}

/// <summary>Contracts of what is stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SyncedData))]
internal sealed partial class DataSyncJson : JsonSerializerContext;
