using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Brings data and models to the clouds that need them.</summary>
internal sealed class Deliveries(IClouds clouds, Artifacts artifacts, Signing signing, Installation installation, DataSync sync)
{
    public string Bucket(string project) => $"isobar-{project}-{installation.Id}";

    /// <summary>Makes sure that a data set lies in a cloud, and tells where.</summary>
    public async Task<Result<DataLocation>> DataAsync(CloudEntry to, string project, string name, DataSet set, CancellationToken ct)
    {
        if (set.Cloud == to.Name) return new DataLocation(set.Bucket!, set.Key!);
        var folder = $"data/{name}/{(set.Sha256 ?? "shared")[..6]}";
        if (set.Sha256 is { } digest)
        {
            var at = new DataLocation(Bucket(project), $"{folder}/{Path.GetFileName(set.Path ?? "data")}");
            return (await PutAsync(to, at, digest, set.ContentType.Split(';')[0], ct).ConfigureAwait(false)).Map(_ => at);
        }
        if (set.Cloud is null || clouds.Find(set.Cloud) is not { } from) return new Error(ErrorCode.FailedPrecondition, $"The data set {name} was not uploaded: apply the manifest again from where its file lies.");
        return await sync.CopyAsync(project, from, new DataLocation(set.Bucket!, set.Key!), to, new DataLocation(Bucket(project), folder), ct).ConfigureAwait(false);
    }

    /// <summary>Makes sure that a version lies in a cloud, its signature and content having been checked.</summary>
    public async Task<Result<DataLocation>> ModelAsync(CloudEntry to, ModelVersion version, CancellationToken ct)
    {
        if (!signing.Holds(version)) return new Error(ErrorCode.DataLoss, $"The signature of version {version.Number} of {version.Project}/{version.Model} does not fit; it is not deployed.");
        var at = new DataLocation(Bucket(version.Project), Names.Artifact(version.Model, version.Number));
        // Always anew: what lies there already may have been changed by somebody who can write to the bucket, and its size does not tell.
        return (await PutAsync(to, at, version.Sha256, "application/gzip", ct, anew: true).ConfigureAwait(false)).Map(_ => at);
    }

    /// <summary>Makes sure that the code of a training lies in a cloud.</summary>
    public async Task<Result<TrainingCode>> CodeAsync(CloudEntry to, string project, CodeWish code, CancellationToken ct)
    {
        if (code.Sha256 is not { } digest) return new Error(ErrorCode.FailedPrecondition, $"The code {code.Path} was not uploaded: apply the manifest again from where it lies.");
        var at = new DataLocation(Bucket(project), $"code/{digest[..12]}.tar.gz");
        // Code is run with the rights of its job: it is brought anew as a model is.
        return (await PutAsync(to, at, digest, "application/gzip", ct, anew: true).ConfigureAwait(false)).Map(_ => new TrainingCode(at, code.Entry));
    }

    /// <summary>Forgets what lay in clouds for a project that is gone from them.</summary>
    public Task ForgetAsync(string project, CancellationToken ct) => sync.ForgetAsync(project, ct);

    private async Task<Result<Done>> PutAsync(CloudEntry to, DataLocation at, string sha256, string type, CancellationToken ct, bool anew = false)
    {
        if (!(await artifacts.OpenAsync(sha256, ct).ConfigureAwait(false)).TryGet(out var content, out var missing)) return missing;
        await using (content.ConfigureAwait(false))
        {
            if (!anew && await to.Cloud.Objects.ListAsync(at, ct).ConfigureAwait(false) is { IsOk: true } there && there.Value.Any(o => o.Key == at.Key && o.Size == content.Length)) return Done.Value;
            if ((await to.Cloud.Objects.EnsureBucketAsync(at.Bucket, ct).ConfigureAwait(false)).Error is { } refused) return refused;
            return (await to.Cloud.Objects.PutAsync(at, content, type, ct).ConfigureAwait(false)).Map(_ => Done.Value);
        }
    }
}
