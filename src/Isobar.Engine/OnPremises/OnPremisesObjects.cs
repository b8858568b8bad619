using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.OnPremises;

/// <summary>The object store of this machine.</summary>
internal sealed class OnPremisesObjects(IObjectStore store) : IObjects
{
    public async Task<Result<Done>> EnsureBucketAsync(string bucket, CancellationToken ct = default)
    {
        var made = await store.CreateBucketAsync(Bucket(bucket), ct: ct).ConfigureAwait(false);
        return made.IsOk || made.Error.Code == ErrorCode.AlreadyExists ? Done.Value : made.Error;
    }

    public Task<Result<Done>> DeleteBucketAsync(string bucket, CancellationToken ct = default) => store.DeleteBucketAsync(Bucket(bucket), ct);

    public async Task<Result<StoredObject>> PutAsync(DataLocation at, Stream content, string contentType = "application/octet-stream", CancellationToken ct = default) =>
        (await store.PutAsync(Bucket(at.Bucket), at.Key, content, new PutOptions { ContentType = contentType }, ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<Stream>> GetAsync(DataLocation at, CancellationToken ct = default)
    {
        var opened = await store.OpenAsync(Bucket(at.Bucket), at.Key, ct: ct).ConfigureAwait(false);
        return opened.Map(o => o.Content);
    }

    public async Task<Result<IReadOnlyList<StoredObject>>> ListAsync(DataLocation prefix, CancellationToken ct = default)
    {
        var all = new List<StoredObject>();
        string? next = null;
        do
        {
            var page = await store.ListAsync(Bucket(prefix.Bucket), new ObjectQuery(prefix.Key, Continue: next), ct).ConfigureAwait(false);
            if (!page.TryGet(out var found, out var error)) return error;
            all.AddRange(found.Objects.Select(Shown));
            next = found.Next;
        }
        while (next is not null);
        return all;
    }

    public async Task<Result<Done>> DeleteAsync(DataLocation at, CancellationToken ct = default) =>
        (await store.DeleteAsync(Bucket(at.Bucket), at.Key, ct: ct).ConfigureAwait(false)).Map(_ => Done.Value);

    private static BucketName Bucket(string name) => new(OnPremisesCloud.Owner, name);

    private static StoredObject Shown(ObjectInfo info) => new(info.Key, info.Size, info.ETag, info.LastModified);
}
