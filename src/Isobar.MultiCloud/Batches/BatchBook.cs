using System.Security.Cryptography;
using System.Text;
using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.Logging;

namespace Isobar.MultiCloud.Batches;

/// <summary>Batch predictions over several clouds: accepted, divided, worked on, joined.</summary>
public sealed partial class BatchBook
{
    private const int PartsPerCloud = 4;
    private const long MaxRows = 50_000_000;
    private readonly IClouds _clouds;
    private readonly IPriceTable _prices;
    private readonly IControlStore _store;
    private readonly Artifacts _artifacts;
    private readonly Versions _versions;
    private readonly Blocks _blocks;
    private readonly BudgetGuard _budget;
    private readonly AuditLog _audit;
    private readonly BatchStep _step;
    private readonly ControlPlaneOptions _options;
    private readonly IProjectTurns? _turns;
    private readonly TimeProvider _time;
    private readonly Steps _steps;
    private CancellationToken? _life;

    internal BatchBook(IClouds clouds, IPriceTable prices, IControlStore store, Artifacts artifacts, Versions versions, Blocks blocks, BudgetGuard budget, AuditLog audit, BatchStep step, ControlPlaneOptions options, TimeProvider time, ILogger<BatchBook> log, IProjectTurns? turns = null) =>
        (_clouds, _prices, _store, _artifacts, _versions, _blocks, _budget, _audit, _step, _options, _time, _turns, _steps) = (clouds, prices, store, artifacts, versions, blocks, budget, audit, step, options, time, turns, new Steps((id, e) => LogFault(log, id, e)));

    /// <summary>All of them, newest first.</summary>
    public async Task<IReadOnlyList<BatchWork>> ListAsync(string? project = null, CancellationToken ct = default) =>
        [.. (await _store.ListAsync(BatchKinds.Works, "", ct).ConfigureAwait(false)).Select(w => w.Value).Where(w => project is null || w.Request.Project == project).OrderByDescending(w => w.Created)];

    /// <summary>One of them.</summary>
    public async Task<Result<BatchWork>> GetAsync(string id, CancellationToken ct = default) =>
        await _store.GetAsync(BatchKinds.Works, id, ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"The batch {id}");

    /// <summary>The joined predictions; <see cref="ErrorCode.FailedPrecondition"/> before the end.</summary>
    public async Task<Result<Stream>> OpenResultAsync(string id, CancellationToken ct = default)
    {
        if (!(await GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var work, out var error)) return error;
        return work.Result is { } result ? await _artifacts.OpenAsync(result, ct).ConfigureAwait(false) : new Error(ErrorCode.FailedPrecondition, work.Phase == Phase.Failed ? $"The batch {id} failed: {work.Reason}" : $"The batch {id} is under way.");
    }

    // 1. what is asked for; 2. who may do it, and how much of it each; 3. the rows divided; 4. written down.
    /// <summary>Begins one.</summary>
    public Task<Result<BatchWork>> StartAsync(BatchRequest request, string by, CancellationToken ct = default) => StartAsync(request, by, ct, RandomNumberGenerator.GetHexString(8, lowercase: true));

    /// <summary>Begins one of an id that nobody else makes.</summary>
    internal async Task<Result<BatchWork>> StartAsync(BatchRequest request, string by, CancellationToken ct, string id)
    {
        // 1.
        if (await _store.GetAsync(Kinds.Projects, request.Project, ct).ConfigureAwait(false) is not { Value: { Leaving: false } project }) return Error.NotFound($"The project {request.Project}");
        if (project.Manifest.Models?.GetValueOrDefault(request.Model) is not { } wish) return Error.NotFound($"The model {request.Project}/{request.Model}");
        var production = (await _store.GetAsync(Kinds.Models, Names.Standing(request.Project, request.Model), ct).ConfigureAwait(false))?.Value.Production;
        if ((request.Version ?? production) is not { } version) return new Error(ErrorCode.FailedPrecondition, $"No version of {request.Project}/{request.Model} is in production; name one.");
        if ((await _versions.GetAsync(request.Project, request.Model, version, ct).ConfigureAwait(false)).Error is { } unknown) return unknown;
        if (!await _artifacts.HasAsync(request.Sha256, ct).ConfigureAwait(false)) return Error.Invalid("sha256", request.Sha256, "The rows were not uploaded.");
        if (await _budget.RefusesAsync(project.Manifest, ct).ConfigureAwait(false) is { } spent) return new Error(ErrorCode.FailedPrecondition, spent);
        // 2.
        foreach (var (i, named) in (request.Clouds ?? []).Index())
            if (_clouds.Find(named) is null) return Error.Invalid($"clouds[{i}]", named, $"There is no cloud '{named}'; there are {string.Join(", ", _clouds.All.Select(c => c.Name))}.");
        var blocked = await _blocks.NowAsync(ct).ConfigureAwait(false);
        var needs = wish.Service?.Resources ?? new Resources();
        var offers = _prices.Offers("batch").Where(o => o.Vcpu >= needs.Vcpu && o.MemoryGib >= needs.MemoryGib && (needs.Accelerator is not null || o.Accelerator is null) && request.Clouds?.Contains(o.Cloud) != false && !blocked.Contains(o.Cloud) && Stays(o, wish)).ToList();
        var machines = Shares.Of(offers);
        if (machines.Count == 0) return new Error(ErrorCode.FailedPrecondition, $"No cloud has a price for {needs.Vcpu} vCPU and {needs.MemoryGib} GiB{(blocked.Count > 0 ? $", or it failed of late ({string.Join(", ", blocked)})" : "")}.");
        // 3.
        if (!(await DivideAsync(request, machines, ct).ConfigureAwait(false)).TryGet(out var parts, out var empty)) return empty;
        // 4.
        var work = new BatchWork(id, request, version, parts.Sum(p => p.Rows), by, _time.GetUtcNow(), Phase.Running, parts);
        await _store.PutAsync(BatchKinds.Works, work.Id, work, ct).ConfigureAwait(false);
        await _audit.AddAsync(by, "batch.start", $"{request.Project}/{request.Model}/{version}", $"{work.Rows} rows, batch {work.Id}", ct).ConfigureAwait(false);
        return work;
    }

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await _clouds.Ready.WaitAsync(ct).ConfigureAwait(false);
        _life = ct;
        using var beat = new PeriodicTimer(_options.Tick, _time);
        while (await beat.WaitForNextTickAsync(ct).ConfigureAwait(false))
            // In a cluster a project's batches are worked on where the project is looked after.
            if (_turns is null) await LookAtAsync(null, ct).ConfigureAwait(false);
        await _steps.EndedAsync().ConfigureAwait(false);
    }

    /// <summary>Begins what there is to do for the batches of one project; what is under way already is left alone.</summary>
    public Task LookAtAsync(string project) => _life is { IsCancellationRequested: false } ct ? LookAtAsync(project, ct) : Task.CompletedTask;

    private async Task LookAtAsync(string? project, CancellationToken ct)
    {
        foreach (var work in await ListAsync(project, ct).ConfigureAwait(false))
            if (work.Phase == Phase.Running) Begin(work.Id, ct);
    }

    /// <summary>Gives up what is under way of a project that is taken down: its parts go nowhere else.</summary>
    internal async Task EndAsync(string project, CancellationToken ct)
    {
        foreach (var work in (await ListAsync(project, ct).ConfigureAwait(false)).Where(w => w.Phase == Phase.Running))
            await _store.PutAsync(BatchKinds.Works, work.Id, work with { Phase = Phase.Failed, Reason = $"{project} was taken down.", Ended = _time.GetUtcNow() }, ct).ConfigureAwait(false);
    }

    /// <summary>Forgets all of a project.</summary>
    internal async Task ForgetAsync(string project, CancellationToken ct)
    {
        foreach (var work in await ListAsync(project, ct).ConfigureAwait(false)) await _store.DeleteAsync(BatchKinds.Works, work.Id, ct).ConfigureAwait(false);
    }

    /// <summary>The digests of all that belongs to a piece of work.</summary>
    internal static IEnumerable<string> Digests(BatchWork work) => work.Parts.SelectMany(p => new[] { p.Sha256, p.Result }).Append(work.Result).Append(work.Request.Sha256).OfType<string>();

    // Read anew: the step before may have written it since it was listed.
    private void Begin(string id, CancellationToken ct) => _steps.Begin(id, async c =>
    {
        if (await _store.GetAsync(BatchKinds.Works, id, c).ConfigureAwait(false) is { Value: { Phase: Phase.Running } work }) await _step.AdvanceAsync(work, c).ConfigureAwait(false);
    }, ct);

    private bool Stays(Offer offer, ModelWish wish) => wish.Service?.Residency is not { } areas || _prices.Regions.Any(r => r.Cloud == offer.Cloud && r.Region == offer.Region && r.Areas.Any(areas.Contains));

    private async Task<Result<IReadOnlyList<BatchPart>>> DivideAsync(BatchRequest request, IReadOnlyList<(Offer Offer, double Weight)> machines, CancellationToken ct)
    {
        if (!(await _artifacts.OpenAsync(request.Sha256, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return error;
        using var counted = new StreamReader(content, leaveOpen: false);
        var rows = 0L;
        while (await counted.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
            if (line.Length > 0) rows++;
        if (request.Header) rows--;
        if (rows is < 1 or > MaxRows) return Error.Invalid("sha256", request.Sha256, $"There are {Math.Max(0, rows)} rows; a batch has 1 to {MaxRows}.");
        var shares = Shares.Divide((int)Math.Min(rows, machines.Count * PartsPerCloud), [.. machines.Select(m => m.Weight)]);
        // Clouds take turns, so that each has something of the beginning.
        var places = Enumerable.Range(0, shares.Max()).SelectMany(round => machines.Where((_, i) => shares[i] > round)).ToList();
        var parts = new List<BatchPart>();
        if (!(await _artifacts.OpenAsync(request.Sha256, ct).ConfigureAwait(false)).TryGet(out content, out error)) return error;
        using var reader = new StreamReader(content);
        if (request.Header) await reader.ReadLineAsync(ct).ConfigureAwait(false);
        for (var i = 0; i < places.Count; i++)
        {
            var many = rows * (i + 1) / places.Count - rows * i / places.Count;
            var text = new StringBuilder();
            for (var taken = 0L; taken < many;)
            {
                if (await reader.ReadLineAsync(ct).ConfigureAwait(false) is not { } line) break;
                if (line.Length == 0) continue;
                text.Append(line).Append('\n');
                taken++;
            }
            using var part = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
            if (!(await _artifacts.PutAsync(part, ct: ct).ConfigureAwait(false)).TryGet(out var sha256, out error)) return error;
            parts.Add(new BatchPart(i, many, sha256, places[i].Offer.Cloud, places[i].Offer.Sku, 1, Phase.Planned, _time.GetUtcNow()));
        }
        return parts;
    }

    [LoggerMessage(LogLevel.Error, "The batch {Id} failed to go on.")]
    private static partial void LogFault(ILogger logger, string id, Exception e);
}
