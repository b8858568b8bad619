using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Takes down everything of a project in every cloud. A cloud that does not answer is asked again until it does.</summary>
internal sealed class Removal(IClouds clouds, IControlStore store, TrainingStep training, BudgetGuard budget, Deliveries deliveries, Artifacts artifacts, Versions versions, BatchBook batches, Checkpoints checkpoints, Derived derived, Publication publication, DriftWatch drift, QualityBook quality, AuditLog audit, ControlPlaneOptions options)
{
    /// <summary>One round; true when nothing is left.</summary>
    public async Task<bool> AdvanceAsync(Project project, CancellationToken ct)
    {
        var name = project.Manifest.Name;
        var models = (await store.ListAsync(Kinds.Models, name + "/", ct).ConfigureAwait(false)).Select(m => m.Value).ToList();
        // A model that the manifest had once has versions, which the clouds know by their names; unless another project has a model of that very name by now.
        var known = (await store.ListAsync(Kinds.Models, "", ct).ConfigureAwait(false)).Select(m => Names.Endpoint(m.Value.Project, m.Value.Model)).ToHashSet();
        models.AddRange((await versions.ListAsync(name, ct: ct).ConfigureAwait(false)).Select(v => v.Model).Distinct().Where(m => !known.Contains(Names.Endpoint(name, m))).Select(m => new ModelStanding(name, m)));
        await batches.EndAsync(name, ct).ConfigureAwait(false);
        var ended = await batches.ListAsync(name, ct).ConfigureAwait(false);
        foreach (var model in models) await publication.WithdrawAsync(Names.Endpoint(name, model.Model), ct).ConfigureAwait(false);
        var done = await Task.WhenAll(clouds.All.Select(c => CloudAsync(c, name, models, ended, ct))).ConfigureAwait(false);
        if (done.Contains(false)) return false;
        // Of clouds that are no more.
        foreach (var watch in await drift.ListAsync(name, ct).ConfigureAwait(false)) await drift.ForgetAsync(name, watch.Cloud, ct).ConfigureAwait(false);
        var made = new List<string>();
        foreach (var set in (project.Manifest.Data?.Values ?? []).Where(s => s.From is not null))
            if ((await derived.ResolveAsync(project.Manifest, set, ct).ConfigureAwait(false)) is { IsOk: true, Value.Sha256: { } content }) made.Add(content);
        var gone = await versions.ListAsync(name, ct: ct).ConfigureAwait(false);
        var worked = ended.SelectMany(BatchBook.Digests);
        // Files before the project itself: whoever sees it gone may upload the same again at once. What another project shares stays.
        var kept = (await versions.ListAsync(ct: ct).ConfigureAwait(false)).Where(v => v.Project != name).Select(v => v.Sha256)
            .Concat((await store.ListAsync(Kinds.Projects, "", ct).ConfigureAwait(false)).Where(p => p.Id != name).SelectMany(p => Digests(p.Value)))
            .Concat((await batches.ListAsync(ct: ct).ConfigureAwait(false)).Where(w => w.Request.Project != name).SelectMany(BatchBook.Digests)).ToHashSet();
        foreach (var digest in gone.Select(v => v.Sha256).Concat(Digests(project)).Concat(worked).Concat(made).Where(d => !kept.Contains(d))) await artifacts.DeleteAsync(digest, ct).ConfigureAwait(false);
        foreach (var version in gone) await store.DeleteAsync(RegistryKinds.Versions, ModelVersion.Id(version.Project, version.Model, version.Number), ct).ConfigureAwait(false);
        await deliveries.ForgetAsync(name, ct).ConfigureAwait(false);
        await checkpoints.ForgetAsync(name, null, ct).ConfigureAwait(false);
        await batches.ForgetAsync(name, ct).ConfigureAwait(false);
        foreach (var model in models)
        {
            await quality.ForgetAsync(Names.Endpoint(name, model.Model), ct).ConfigureAwait(false);
            await store.DeleteAsync(Kinds.Models, Names.Standing(name, model.Model), ct).ConfigureAwait(false);
        }
        await budget.ForgetAsync(name, ct).ConfigureAwait(false);
        await store.DeleteAsync(Kinds.Projects, name, ct).ConfigureAwait(false);
        await audit.AddAsync("isobar", "project.gone", name, "", ct).ConfigureAwait(false);
        return true;
    }

    // 1. endpoints; 2. jobs; 3. models; 4. objects and their bucket.
    private async Task<bool> CloudAsync(CloudEntry entry, string project, List<ModelStanding> models, IReadOnlyList<BatchWork> works, CancellationToken ct)
    {
        // A schedule first: it watches an endpoint.
        var clean = await drift.ForgetAsync(project, entry.Name, ct).ConfigureAwait(false);
        // One that is planned may have been started a moment ago, and not be written down yet.
        foreach (var (work, part) in works.SelectMany(w => w.Parts.Where(p => p.Phase is Phase.Planned or Phase.Running && p.Cloud == entry.Name).Select(p => (w, p))))
        {
            var job = BatchStep.Job(work, part);
            if (await Call(c => entry.Cloud.Batch.GetAsync(job, c)).ConfigureAwait(false) is { IsOk: true, Value.IsFinal: false }) await Call(c => entry.Cloud.Batch.StopAsync(job, c)).ConfigureAwait(false);
        }
        foreach (var model in models)
        {
            // 1.
            var endpoint = Names.Endpoint(project, model.Model);
            if (model.Trial is { } trial && trial.Serving.Cloud == entry.Name) clean &= Gone(await Call(c => entry.Cloud.Serving.DeleteAsync(trial.Serving.Endpoint, c)).ConfigureAwait(false));
            clean &= Gone(await Call(c => entry.Cloud.Serving.DeleteAsync(endpoint, c)).ConfigureAwait(false));
            // 2.
            if (model.Training is { } under) clean &= await training.StopAsync(under, ct, entry.Name).ConfigureAwait(false) is null;
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
