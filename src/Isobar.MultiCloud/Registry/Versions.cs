using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Registry;

/// <summary>The models of all clouds: versions, stages, gates, lineage.</summary>
public sealed class Versions(IControlStore store, Signing signing, AuditLog audit, TimeProvider time)
{
    /// <summary>The versions of a model, newest first; of all models where none is named.</summary>
    public async Task<IReadOnlyList<ModelVersion>> ListAsync(string? project = null, string? model = null, CancellationToken ct = default) =>
        [.. (await store.ListAsync(RegistryKinds.Versions, project is null ? "" : model is null ? $"{project}/" : $"{project}/{model}/", ct).ConfigureAwait(false)).Select(v => v.Value).OrderBy(v => v.Project, StringComparer.Ordinal).ThenBy(v => v.Model, StringComparer.Ordinal).ThenByDescending(v => v.Number)];

    /// <summary>One version.</summary>
    public async Task<Result<ModelVersion>> GetAsync(string project, string model, int number, CancellationToken ct = default) =>
        await store.GetAsync(RegistryKinds.Versions, ModelVersion.Id(project, model, number), ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"Version {number} of the model {project}/{model}");

    /// <summary>Adds what a training made; the same job makes the same version, however often it is told.</summary>
    internal async Task<ModelVersion> AddAsync(string project, string model, string sha256, long size, string algorithm, Lineage lineage, IReadOnlyDictionary<string, double> metrics, PromotionRules? rules, bool evaluated, CancellationToken ct)
    {
        var known = await ListAsync(project, model, ct).ConfigureAwait(false);
        if (known.FirstOrDefault(v => v.Lineage.Job == lineage.Job) is { } same) return same;
        var number = known.Count == 0 ? 1 : known[0].Number + 1;
        var gates = evaluated ? Gates(rules, metrics, known.FirstOrDefault(v => v.Stage == Stage.Production)) : null;
        var version = new ModelVersion(project, model, number, gates is null ? Stage.Evaluating : gates.TrueForAll(g => g.Passed) ? Stage.Candidate : Stage.Rejected, sha256, signing.Sign(project, model, number, sha256), size, algorithm, time.GetUtcNow(), lineage, metrics, gates);
        await store.PutAsync(RegistryKinds.Versions, ModelVersion.Id(project, model, number), version, ct).ConfigureAwait(false);
        await audit.AddAsync("isobar", "version.add", $"{project}/{model}/{number}", $"{version.Stage}, SHA-256 {sha256}, of the job {lineage.Job} in {lineage.Cloud}", ct).ConfigureAwait(false);
        return version;
    }

    /// <summary>Asks the gates of a version that was evaluated; one that could not be is held back.</summary>
    internal async Task<ModelVersion> EvaluatedAsync(ModelVersion version, IReadOnlyDictionary<string, double> more, PromotionRules? rules, string? failure, CancellationToken ct)
    {
        var (id, metrics) = (ModelVersion.Id(version.Project, version.Model, version.Number), (version.Metrics ?? new Dictionary<string, double>()).Concat(more).DistinctBy(m => m.Key).ToDictionary());
        var gates = Gates(rules, metrics, (await ListAsync(version.Project, version.Model, ct).ConfigureAwait(false)).FirstOrDefault(v => v.Stage == Stage.Production));
        if (failure is not null) gates.Add(new GateOutcome("evaluation", null, false, $"It could not be evaluated: {failure}"));
        var judged = version with { Metrics = metrics, Gates = gates, Stage = gates.TrueForAll(g => g.Passed) ? Stage.Candidate : Stage.Rejected };
        // Somebody may have forced it into production meanwhile.
        var written = await store.ChangeAsync(RegistryKinds.Versions, id, v => v.Stage == Stage.Evaluating ? judged : v with { Metrics = metrics, Gates = gates }, ct).ConfigureAwait(false);
        await audit.AddAsync("isobar", "version.evaluate", id, $"{judged.Stage}", ct).ConfigureAwait(false);
        return written.TryGet(out var kept, out _) ? kept.Value : judged;
    }

    /// <summary>Puts a version into production. One that a gate held back needs <paramref name="force"/>.</summary>
    public Task<Result<ModelVersion>> PromoteAsync(string project, string model, int number, string by, bool force = false, CancellationToken ct = default) => PromoteAsync(project, model, number, by, force, "version.promote", ct);

    private async Task<Result<ModelVersion>> PromoteAsync(string project, string model, int number, string by, bool force, string what, CancellationToken ct)
    {
        if (!(await GetAsync(project, model, number, ct).ConfigureAwait(false)).TryGet(out var version, out var missing)) return missing;
        if (version.Stage == Stage.Production && await ServedAsync(project, model, ct).ConfigureAwait(false) == number) return version;
        if (version.Stage == Stage.Evaluating && !force) return new Error(ErrorCode.FailedPrecondition, $"Version {number} of {project}/{model} is being evaluated. Use force to promote it all the same.");
        if (version.Stage == Stage.Rejected && !force)
            return new Error(ErrorCode.FailedPrecondition, $"Version {number} of {project}/{model} was held back: {string.Join(' ', (version.Gates ?? []).Where(g => !g.Passed).Select(g => g.Message))} Use force to promote it all the same.");
        if (!signing.Holds(version)) return new Error(ErrorCode.DataLoss, $"The signature of version {number} of {project}/{model} does not fit; it is not promoted.");
        // The standing decides: the stages follow it, also where a server is killed in between.
        var standing = await store.ChangeAsync(Kinds.Models, Names.Standing(project, model), s => s.Production == number ? s : s with
        {
            Production = number,
            Previous = s.Production is { } old ? [old, .. (s.Previous ?? []).Where(p => p != old && p != number)] : s.Previous,
        }, ct).ConfigureAwait(false);
        if (!standing.TryGet(out _, out var gone)) return gone;
        await FollowAsync(project, model, by, ct).ConfigureAwait(false);
        await audit.AddAsync(by, what, $"{project}/{model}/{number}", force && what == "version.promote" ? "forced" : "", ct).ConfigureAwait(false);
        return await GetAsync(project, model, number, ct).ConfigureAwait(false);
    }

    /// <summary>Mends the stages where a server was killed in the middle of a promotion.</summary>
    internal async Task SettleAsync(string project, string model, CancellationToken ct)
    {
        if (await FollowAsync(project, model, "isobar", ct).ConfigureAwait(false) is { } promoted)
            await audit.AddAsync("isobar", "version.promote", $"{project}/{model}/{promoted}", "its promotion was under way when a server ended", ct).ConfigureAwait(false);
    }

    // The version that the standing names is the only one in production. Another may be promoted meanwhile: then it is looked at again.
    private async Task<int?> FollowAsync(string project, string model, string by, CancellationToken ct)
    {
        int? served, promoted = null;
        do
        {
            served = await ServedAsync(project, model, ct).ConfigureAwait(false);
            foreach (var one in (await ListAsync(project, model, ct).ConfigureAwait(false)).Where(v => v.Stage == Stage.Production != (v.Number == served)))
            {
                if (one.Number == served) promoted = served;
                var now = time.GetUtcNow();
                await store.ChangeAsync(RegistryKinds.Versions, ModelVersion.Id(project, model, one.Number), v =>
                    v.Number == served ? v with { Stage = Stage.Production, Promoted = now, PromotedBy = by } : v.Stage == Stage.Production ? v with { Stage = Stage.Archived } : v, ct).ConfigureAwait(false);
            }
        }
        while (served != await ServedAsync(project, model, ct).ConfigureAwait(false));
        return promoted;
    }

    private async Task<int?> ServedAsync(string project, string model, CancellationToken ct) => (await store.GetAsync(Kinds.Models, Names.Standing(project, model), ct).ConfigureAwait(false))?.Value.Production;

    /// <summary>Holds a version back, with what was found against it.</summary>
    internal async Task RejectAsync(string project, string model, int number, string gate, string reason, CancellationToken ct)
    {
        if (!(await GetAsync(project, model, number, ct).ConfigureAwait(false)).TryGet(out var version, out _) || version.Stage == Stage.Rejected) return;
        // Somebody may have forced it into production meanwhile.
        await store.ChangeAsync(RegistryKinds.Versions, ModelVersion.Id(project, model, number), v => v.Stage is Stage.Production or Stage.Rejected ? v : v with { Stage = Stage.Rejected, Gates = [.. v.Gates ?? [], new GateOutcome(gate, null, false, reason)] }, ct).ConfigureAwait(false);
        await audit.AddAsync("isobar", "version.reject", $"{project}/{model}/{number}", reason, ct).ConfigureAwait(false);
    }

    /// <summary>Puts the version that was served before back into production.</summary>
    public async Task<Result<ModelVersion>> RollbackAsync(string project, string model, string by, CancellationToken ct = default)
    {
        if (await store.GetAsync(Kinds.Models, Names.Standing(project, model), ct).ConfigureAwait(false) is not { } standing) return Error.NotFound($"The model {project}/{model}");
        if (standing.Value.Previous is not [var before, ..]) return new Error(ErrorCode.FailedPrecondition, $"No version of {project}/{model} was served before the one that is.");
        return await PromoteAsync(project, model, before, by, force: true, "version.rollback", ct).ConfigureAwait(false);
    }

    internal static List<GateOutcome> Gates(PromotionRules? rules, IReadOnlyDictionary<string, double> metrics, ModelVersion? production)
    {
        var outcomes = new List<GateOutcome>();
        foreach (var gate in rules?.Gates ?? [])
        {
            double? value = metrics.TryGetValue(gate.Metric, out var found) ? found : null;
            if (gate.AtLeast is { } least) Add($"at least {N(least)}", value >= least);
            if (gate.AtMost is { } most) Add($"at most {N(most)}", value <= most);
            if (gate.NoWorse is { } better && production?.Metrics?.TryGetValue(gate.Metric, out var before) == true) Add($"no worse than {N(before)} of version {production.Number}", better == "higher" ? value >= before : value <= before);

            void Add(string wanted, bool? passed) => outcomes.Add(new GateOutcome(gate.Metric, value, passed == true, value is null ? $"The training told no {gate.Metric}; {wanted} is wanted." : $"{gate.Metric} is {N(value.Value)}; {wanted} is wanted."));
        }
        return outcomes;
    }

    private static string N(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
