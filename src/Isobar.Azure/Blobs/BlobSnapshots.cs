using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Snapshots: copies that move no bytes, kept beside the containers, where no listing of blobs finds them.</summary>
internal sealed class BlobSnapshots(IObjectStore objects, TimeProvider time)
{
    private const string Realm = "azure-snapshots", Format = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static BucketName Bucket(BlobTarget target) => target.Bucket with { Realm = Realm };

    public static string Key(string blob, string snapshot) => $"{blob}\n{snapshot}";

    /// <summary>Makes one and gives its name: the time.</summary>
    public async Task<string> MakeAsync(BlobTarget target, ObjectInfo info, IReadOnlyDictionary<string, string>? metadata, CancellationToken ct)
    {
        await objects.CreateBucketAsync(Bucket(target), ct: ct).ConfigureAwait(false);
        for (var now = time.GetUtcNow(); ; now = now.AddTicks(1))
        {
            var name = now.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
            var options = new PutOptions { ContentType = info.ContentType, Headers = BlobFacts.Frozen(info), Metadata = metadata is { Count: > 0 } ? metadata : info.Metadata, Tags = info.Tags, Condition = new WriteCondition(IfNoneExists: true) };
            var made = await objects.CopyAsync(target.Bucket, target.Blob, info.VersionId, Bucket(target), Key(target.Blob, name), options, ct).ConfigureAwait(false);
            if (made.IsOk) return name;
            if (made.Error.Code != ErrorCode.FailedPrecondition) throw StorageFault.Of(made.Error);
        }
    }

    /// <summary>The snapshots of a blob, oldest first.</summary>
    public async Task<IReadOnlyList<ObjectInfo>> OfAsync(BlobTarget target, CancellationToken ct) => await ListAsync(target, new ObjectQuery(Key(target.Blob, "")), ct).ConfigureAwait(false);

    /// <summary>The snapshots of all blobs whose names are between two, both included, by name and time.</summary>
    public async Task<ILookup<string, (string Snapshot, ObjectInfo Info)>> BetweenAsync(BlobTarget target, string first, string last, CancellationToken ct)
    {
        var all = await ListAsync(target, new ObjectQuery { StartAt = first, EndBefore = last + "\n\uFFFD" }, ct).ConfigureAwait(false);
        return all.ToLookup(i => i.Key[..i.Key.LastIndexOf('\n')], i => (i.Key[(i.Key.LastIndexOf('\n') + 1)..], i));
    }

    public async Task DropAsync(BlobTarget target, IEnumerable<ObjectInfo> snapshots)
    {
        foreach (var snapshot in snapshots) await objects.DeleteAsync(Bucket(target), snapshot.Key).ConfigureAwait(false);
    }

    private async Task<List<ObjectInfo>> ListAsync(BlobTarget target, ObjectQuery query, CancellationToken ct)
    {
        var all = new List<ObjectInfo>();
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(Bucket(target), query with { Continue = next }, ct).ConfigureAwait(false);
            // Without a bucket there is none.
            if (!listed.IsOk) return all;
            all.AddRange(listed.Value.Objects);
            if ((next = listed.Value.Next) is null) return all;
        }
    }
}
