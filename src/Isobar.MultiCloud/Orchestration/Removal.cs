using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Takes down everything of a project in every cloud. A cloud that does not answer is asked again until it does.</summary>
internal sealed class Removal(IClouds clouds, IControlStore store, Deliveries deliveries, Artifacts artifacts, Versions versions, BatchBook batches, Checkpoints checkpoints, Derived derived, Publication publication, AuditLog audit, ControlPlaneOptions options)
{
    /// <summary>One round; true when nothing is left.</summary>
    public async Task<bool> AdvanceAsync(Project project, CancellationToken ct)
    {
        var name = project.Manifest.Name;
        var models = (await store.ListAsync(Kinds.Models, name + "/", ct).ConfigureAwait(false)).Select(m => m.Value).ToList();
        foreach (var model in models) await publication.WithdrawAsync(Names.Endpoint(name, model.Model), ct).ConfigureAwait(false);
        var done = await Task.WhenAll(clouds.All.Select(c => CloudAsync(c, name, models, ct))).ConfigureAwait(false);
        if (done.Contains(false)) return false;
        var made = new List<string>();
        foreach (var set in (project.Manifest.Data?.Values ?? []).Where(s => s.From is not null))
            if ((await derived.ResolveAsync(project.Manifest, set, ct).ConfigureAwait(false)) is { IsOk: true, Value.Sha256: { } content }) made.Add(content);
        var gone = await versions.ListAsync(name, ct: ct).ConfigureAwait(false);
        foreach (var version in gone) await store.DeleteAsync(RegistryKinds.Versions, ModelVersion.Id(version.Project, version.Model, version.Number), ct).ConfigureAwait(false);
        var worked = (await batches.ListAsync(name, ct).ConfigureAwait(false)).SelectMany(BatchBook.Digests).ToList();
        checkpoints.Forget(name);
        await batches.ForgetAsync(name, ct).ConfigureAwait(false);
        foreach (var model in models) await store.DeleteAsync(Kinds.Models, Names.Standing(name, model.Model), ct).ConfigureAwait(false);
        await store.DeleteAsync(Kinds.Projects, name, ct).ConfigureAwait(false);
        // What another project shares stays.
        var kept = (await versions.ListAsync(ct: ct).ConfigureAwait(false)).Select(v => v.Sha256).Concat((await store.ListAsync(Kinds.Projects, "", ct).ConfigureAwait(false)).SelectMany(p => Digests(p.Value))).Concat((await batches.ListAsync(ct: ct).ConfigureAwait(false)).SelectMany(BatchBook.Digests)).ToHashSet();
        foreach (var digest in gone.Select(v => v.Sha256).Concat(Digests(project)).Concat(worked).Concat(made).Where(d => !kept.Contains(d))) await artifacts.DeleteAsync(digest, ct).ConfigureAwait(false);
        await audit.AddAsync("isobar", "project.gone", name, "", ct).ConfigureAwait(false);
        return true;
    }

    // 1. endpoints; 2. jobs; 3. models; 4. objects and their bucket.
    private async Task<bool> CloudAsync(CloudEntry entry, string project, List<ModelStanding> models, CancellationToken ct)
    {
        var clean = true;
        foreach (var model in models)
        {
            // 1.
            var endpoint = Names.Endpoint(project, model.Model);
            if (model.Trial is { } trial && trial.Serving.Cloud == entry.Name) clean &= Gone(await Call(c => entry.Cloud.Serving.DeleteAsync(trial.Serving.Endpoint, c)).ConfigureAwait(false));
            clean &= Gone(await Call(c => entry.Cloud.Serving.DeleteAsync(endpoint, c)).ConfigureAwait(false));
            // 2.
            foreach (var job in (model.Training?.Tried ?? []).Where(t => t.Cloud == entry.Name).Select(t => t.Job).Concat(model.Training is { Phase: Phase.Running } running && running.Cloud == entry.Name ? [running.Job] : []))
                if ((await Call(c => entry.Cloud.Training.GetAsync(job, c)).ConfigureAwait(false)) is { IsOk: true, Value.IsFinal: false }) await Call(c => entry.Cloud.Training.StopAsync(job, c)).ConfigureAwait(false);
            // 3.
            foreach (var version in await versions.ListAsync(project, model.Model, ct).ConfigureAwait(false))
                clean &= Gone(await Call(c => entry.Cloud.Models.DeleteAsync(Names.Model(project, model.Model, version.Number), c)).ConfigureAwait(false));
            clean &= (await Call(c => entry.Cloud.Serving.GetAsync(endpoint, c)).ConfigureAwait(false)).Error is { Code: ErrorCode.NotFound };
        }
        // 4.
        var bucket = new DataLocation(deliveries.Bucket(project), "");
        var listed = await Call(c => entry.Cloud.Objects.ListAsync(bucket, c)).ConfigureAwait(false);
        if (listed.Error is { Code: ErrorCode.NotFound }) return clean;
        if (!listed.TryGet(out var objects, out _)) return false;
        foreach (var one in objects) clean &= Gone(await Call(c => entry.Cloud.Objects.DeleteAsync(bucket with { Key = one.Key }, c)).ConfigureAwait(false));
        return clean & Gone(await Call(c => entry.Cloud.Objects.DeleteBucketAsync(bucket.Bucket, c)).ConfigureAwait(false));

        Task<Result<T>> Call<T>(Func<CancellationToken, Task<Result<T>>> call) => Calls.WithinAsync(options.CallTimeout, call, ct);
    }

    private static IEnumerable<string> Digests(Project project) => (project.Manifest.Data?.Values.Select(d => d.Sha256) ?? []).Concat(project.Manifest.Models?.Values.Select(m => m.Training?.Code?.Sha256) ?? []).OfType<string>();

    private static bool Gone(Result<Done> result) => result.IsOk || result.Error.Code == ErrorCode.NotFound;
}
