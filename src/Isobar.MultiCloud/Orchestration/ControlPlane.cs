using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What may be asked of the control plane: the API and the dashboard stand on it.</summary>
public sealed class ControlPlane(IClouds clouds, IControlStore store, Placing placing, Allowances allowances, Artifacts artifacts, AuditLog audit, Reconciler reconciler, CostBook costs, TimeProvider time)
{
    // How often a change is made again that somebody else forestalled.
    private const int MostTurns = 5;

    /// <summary>All projects.</summary>
    public Task<IReadOnlyList<Stored<Project>>> ListAsync(CancellationToken ct = default) => store.ListAsync(Kinds.Projects, "", ct);

    /// <summary>A project, or null.</summary>
    public Task<Stored<Project>?> GetAsync(string name, CancellationToken ct = default) => store.GetAsync(Kinds.Projects, name, ct);

    /// <summary>The models of a project, or of all.</summary>
    public async Task<IReadOnlyList<ModelStanding>> ModelsAsync(string? project = null, CancellationToken ct = default) =>
        [.. (await store.ListAsync(Kinds.Models, project is null ? "" : project + "/", ct).ConfigureAwait(false)).Select(m => m.Value)];

    /// <summary>Why a project goes no further by itself: what it would begin next is refused by its budget, and nothing is under way. Null: it goes on, or is as it should be.</summary>
    public async Task<string?> StoppedAsync(Project project, IReadOnlyList<ModelStanding> models, CancellationToken ct = default) =>
        !project.Leaving && !Standing.IsSettled(project.Manifest, models) && Standing.IsAtRest(models) ? await costs.StoppedAsync(project.Manifest, ct).ConfigureAwait(false) : null;

    /// <summary>Writes down what is wanted; the reconciler does it. The same manifest changes nothing.</summary>
    /// <param name="expected">The version that the caller has seen; null: whichever, 0: none.</param>
    public async Task<Result<Stored<Project>>> ApplyAsync(Manifest manifest, string by, long? expected = null, CancellationToken ct = default)
    {
        if (ManifestReader.Check(manifest, [.. clouds.All.Select(c => c.Name)]).Error is { } faulty) return faulty;
        foreach (var (name, set) in manifest.Data ?? new Dictionary<string, DataSet>())
            if (set.Path is not null && (set.Sha256 is not { } digest || !await artifacts.HasAsync(digest, ct).ConfigureAwait(false))) return Error.Invalid($"data.{name}.path", set.Path, $"The content of {set.Path} was not uploaded.");
        foreach (var (name, wish) in manifest.Models ?? new Dictionary<string, ModelWish>())
            if (wish.Training?.Code is { } code && (code.Sha256 is not { } pack || !await artifacts.HasAsync(pack, ct).ConfigureAwait(false))) return Error.Invalid($"models.{name}.training.code.path", code.Path, $"The code {code.Path} was not uploaded.");
        return await UnlessStaleAsync(expected, () => WriteAsync(manifest, by, expected, ct)).ConfigureAwait(false);
    }

    private async Task<Result<Stored<Project>>> WriteAsync(Manifest manifest, string by, long? expected, CancellationToken ct)
    {
        var known = await GetAsync(manifest.Name, ct).ConfigureAwait(false);
        if (expected is { } seen && seen != (known?.Version ?? 0)) return Stale(manifest.Name, known?.Version ?? 0, seen);
        if (known?.Value.Leaving == true) return new Error(ErrorCode.FailedPrecondition, $"{manifest.Name} is being taken down; apply it again when that is done.");
        if (await TakenAsync(manifest, ct).ConfigureAwait(false) is { } taken) return taken;
        // What cannot be placed is refused before anything is begun.
        foreach (var (name, wish) in manifest.Models ?? new Dictionary<string, ModelWish>())
            if (placing.Place(manifest, name, wish, new(await allowances.LeftAsync(manifest, name, ct).ConfigureAwait(false))).Error is { } nowhere) return nowhere with { Message = $"{name}: {nowhere.Message}" };
        if (known is not null && Same(known.Value.Manifest, manifest)) return known;
        var project = new Project(manifest, (known?.Value.Revision ?? 0) + 1, time.GetUtcNow(), by);
        var written = await store.WriteAsync(Kinds.Projects, manifest.Name, project, known?.Version ?? 0, ct).ConfigureAwait(false);
        if (written.IsOk)
        {
            await audit.AddAsync(by, "project.apply", manifest.Name, $"revision {project.Revision}", ct).ConfigureAwait(false);
            reconciler.Wake();
        }
        return written;
    }

    /// <summary>Has everything of a project taken down.</summary>
    public Task<Result<Stored<Project>>> DestroyAsync(string name, string by, long? expected = null, CancellationToken ct = default) => UnlessStaleAsync(expected, () => LeaveAsync(name, by, expected, ct));

    /// <summary>A change that somebody else forestalled is made again on what they left, unless it was meant for what was there before them.</summary>
    private static async Task<Result<Stored<Project>>> UnlessStaleAsync(long? expected, Func<Task<Result<Stored<Project>>>> change)
    {
        for (var again = 0; ; again++)
        {
            var changed = await change().ConfigureAwait(false);
            if (changed.Error is not { Code: ErrorCode.Aborted } || expected is not null || again == MostTurns) return changed;
        }
    }

    private async Task<Result<Stored<Project>>> LeaveAsync(string name, string by, long? expected, CancellationToken ct)
    {
        if (await GetAsync(name, ct).ConfigureAwait(false) is not { } known) return Error.NotFound($"The project {name}");
        if (expected is { } seen && seen != known.Version) return Stale(name, known.Version, seen);
        if (known.Value.Leaving) return known;
        var written = await store.WriteAsync(Kinds.Projects, name, known.Value with { Leaving = true }, known.Version, ct).ConfigureAwait(false);
        if (written.IsOk) await audit.AddAsync(by, "project.destroy", name, "", ct).ConfigureAwait(false);
        reconciler.Wake();
        return written;
    }

    private async Task<Error?> TakenAsync(Manifest manifest, CancellationToken ct)
    {
        var own = (manifest.Models?.Keys ?? []).Select(m => Names.Endpoint(manifest.Name, m)).ToHashSet();
        foreach (var other in (await ListAsync(ct).ConfigureAwait(false)).Where(p => p.Id != manifest.Name))
            if (other.Value.Manifest.Models?.Keys.FirstOrDefault(m => own.Contains(Names.Endpoint(other.Id, m))) is { } model)
                return new Error(ErrorCode.AlreadyExists, $"The model {model} of the project {other.Id} has the endpoint {Names.Endpoint(other.Id, model)} already.");
        return null;
    }

    private static bool Same(Manifest a, Manifest b) => Text(a) == Text(b);

    private static string Text(Manifest m) => System.Text.Json.JsonSerializer.Serialize(m, ManifestJson.Default.Manifest);

    private static Error Stale(string name, long now, long seen) => new(ErrorCode.Aborted, $"{name} was changed meanwhile: it is at version {now}, not {seen}. Read it again.");
}
