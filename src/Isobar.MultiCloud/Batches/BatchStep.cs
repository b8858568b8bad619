using System.Collections.Concurrent;
using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Batches;

/// <summary>Takes batch work one step on. What is intended is written down before it is done, and a job's name says which rows it is of.</summary>
internal sealed class BatchStep(IClouds clouds, IControlStore store, Deliveries deliveries, Artifacts artifacts, Versions versions, Blocks blocks, Events events, ControlPlaneOptions options, TimeProvider time)
{
    private const int AtOnce = 2, MaxAttempts = 6;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unreachable = new();

    // 1. each cloud goes on with its next parts, all clouds at the same time; 2. what is lost goes elsewhere; 3. once all is there, it is joined.
    public async Task AdvanceAsync(BatchWork work, CancellationToken ct)
    {
        // 1.
        var next = work.Parts.Where(p => p.Phase == Phase.Running).Concat(work.Parts.Where(p => p.Phase == Phase.Planned).GroupBy(p => p.Cloud).SelectMany(g => g.Take(Math.Max(0, AtOnce - work.Parts.Count(p => p.Cloud == g.Key && p.Phase == Phase.Running)))));
        var changed = (await Task.WhenAll(next.Select(p => PartAsync(work, p, ct))).ConfigureAwait(false)).ToDictionary(p => p.Index);
        // 2.
        var blocked = await blocks.NowAsync(ct).ConfigureAwait(false);
        var parts = work.Parts.Select(p => changed.GetValueOrDefault(p.Index, p)).ToList();
        for (var i = 0; i < parts.Count; i++)
            if (parts[i].Phase == Phase.Failed || parts[i].Phase == Phase.Planned && blocked.Contains(parts[i].Cloud)) parts[i] = Elsewhere(parts, parts[i], blocked, work.Request.Clouds);
        var now = work with { Parts = parts };
        // 3.
        if (parts.Find(p => p.Phase == Phase.Failed) is { } given) now = now with { Phase = Phase.Failed, Reason = $"The part {given.Index} was given up after {given.Attempt} attempts: {given.Reason}", Ended = time.GetUtcNow() };
        else if (parts.TrueForAll(p => p.Phase == Phase.Done)) now = await JoinAsync(now, ct).ConfigureAwait(false);
        if (now.Phase == Phase.Running && parts.SequenceEqual(work.Parts)) return;
        await store.PutAsync(BatchKinds.Works, work.Id, now, ct).ConfigureAwait(false);
        if (now.Phase != Phase.Running) await events.AddAsync("batch", work.Request.Project, work.Request.Model, null, now.Phase == Phase.Done ? $"{now.Rows} rows of the batch {now.Id} are predicted." : $"The batch {now.Id} failed: {now.Reason}", ct).ConfigureAwait(false);
    }

    private async Task<BatchPart> PartAsync(BatchWork work, BatchPart part, CancellationToken ct)
    {
        if (clouds.Find(part.Cloud) is not { } cloud) return Lost(part, $"There is no cloud {part.Cloud} any more.");
        var key = $"{work.Id}/{part.Index}/{part.Attempt}";
        var stepped = part.Phase == Phase.Planned ? await StartAsync(work, part, cloud, ct).ConfigureAwait(false) : await WatchAsync(work, part, cloud, ct).ConfigureAwait(false);
        if (stepped.TryGet(out var next, out var error))
        {
            _unreachable.TryRemove(key, out _);
            return next;
        }
        if (!Calls.IsOfThePlace(error) && error.Code is not ErrorCode.NotFound) return Lost(part, error.Message);
        // A cloud may be away for a moment: a job under way is not given up at once.
        if (part.Phase == Phase.Running && Calls.IsUnreachable(error) && time.GetUtcNow() - _unreachable.GetOrAdd(key, time.GetUtcNow()) < Grace) return part with { Reason = error.Message };
        _unreachable.TryRemove(key, out _);
        await blocks.AddAsync(part.Cloud, error.Message, ct).ConfigureAwait(false);
        await events.AddAsync("batch", work.Request.Project, work.Request.Model, part.Cloud, $"Part {part.Index} of the batch {work.Id} is lost in {part.Cloud}: {error.Message}", ct).ConfigureAwait(false);
        return Lost(part, error.Message);
    }

    private async Task<Result<BatchPart>> StartAsync(BatchWork work, BatchPart part, CloudEntry cloud, CancellationToken ct)
    {
        if (!(await versions.GetAsync(work.Request.Project, work.Request.Model, work.Version, ct).ConfigureAwait(false)).TryGet(out var version, out var error)) return error;
        if (!(await Call(c => deliveries.ModelAsync(cloud, version, c), ct).ConfigureAwait(false)).TryGet(out var model, out error)) return error;
        var name = Names.Model(work.Request.Project, work.Request.Model, work.Version);
        if ((await Call(c => cloud.Cloud.Models.RegisterAsync(new ModelOrder(name, model) { Algorithm = version.Algorithm == CodeWords.Name ? null : version.Algorithm }, c), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.AlreadyExists } unregistered) return unregistered;
        var folder = new DataLocation(model.Bucket, $"batches/{work.Id}/{part.Index}");
        if (!(await artifacts.OpenAsync(part.Sha256, ct).ConfigureAwait(false)).TryGet(out var rows, out error)) return error;
        await using (rows.ConfigureAwait(false))
            if ((await Call(c => cloud.Cloud.Objects.PutAsync(folder with { Key = $"{folder.Key}/rows.csv" }, rows, "text/csv", c), ct).ConfigureAwait(false)).Error is { } unsent) return unsent;
        var order = new BatchOrder(Job(work, part), name, folder with { Key = $"{folder.Key}/rows.csv" }, folder with { Key = $"{folder.Key}/out-{part.Attempt}" }) { Accept = "text/csv", InstanceType = part.Sku == "local" ? null : part.Sku };
        // It was started before a kill.
        if ((await Call(c => cloud.Cloud.Batch.StartAsync(order, c), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.AlreadyExists } refused) return refused;
        return part with { Phase = Phase.Running, Since = time.GetUtcNow(), Reason = null };
    }

    private async Task<Result<BatchPart>> WatchAsync(BatchWork work, BatchPart part, CloudEntry cloud, CancellationToken ct)
    {
        var job = Job(work, part);
        if (!(await Call(c => cloud.Cloud.Batch.GetAsync(job, c), ct).ConfigureAwait(false)).TryGet(out var run, out var error)) return error;
        if (!run.IsFinal) return part.Reason is null ? part : part with { Reason = null };
        if (run.State != RunState.Completed) return Lost(part, run.Reason ?? $"The job {run.State}.");
        if (!(await Call(c => cloud.Cloud.Batch.PredictionsAsync(job, c), ct).ConfigureAwait(false)).TryGet(out var lines, out error)) return error;
        if (lines.Count != part.Rows) return Lost(part, $"The job answered {lines.Count} of {part.Rows} rows.");
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))));
        return (await artifacts.PutAsync(text, ct: ct).ConfigureAwait(false)).Map(sha256 => part with { Phase = Phase.Done, Result = sha256, Reason = null });
    }

    // To the cloud that has the least to do of those that have not lost it yet; where all have, to any that is well.
    private BatchPart Elsewhere(List<BatchPart> parts, BatchPart part, IReadOnlyList<string> blocked, IReadOnlyList<string>? allowed)
    {
        if (part.Phase == Phase.Failed && part.Attempt >= MaxAttempts) return part;
        var lost = (IReadOnlyList<string>)[.. part.Lost ?? [], part.Cloud];
        var skus = parts.GroupBy(p => p.Cloud).ToDictionary(g => g.Key, g => g.First().Sku);
        var well = clouds.All.Select(c => c.Name).Where(c => allowed?.Contains(c) != false && skus.ContainsKey(c) && !blocked.Contains(c)).OrderBy(c => lost.Contains(c)).ThenBy(c => parts.Count(p => p.Cloud == c && p.Phase is Phase.Planned or Phase.Running)).FirstOrDefault();
        // Nowhere now: it waits, and the next step looks again.
        return well is null ? part with { Phase = Phase.Planned } : part with { Cloud = well, Sku = skus[well], Attempt = part.Attempt + 1, Phase = Phase.Planned, Since = time.GetUtcNow(), Lost = lost };
    }

    private async Task<BatchWork> JoinAsync(BatchWork work, CancellationToken ct)
    {
        var path = Path.GetTempFileName();
        await using var joined = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        var written = 0L;
        await using (var writer = new StreamWriter(joined, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            foreach (var part in work.Parts.OrderBy(p => p.Index))
            {
                if (!(await LinesAsync(part.Result!, ct).ConfigureAwait(false)).TryGet(out var predictions, out var error) || !(await LinesAsync(part.Sha256, ct).ConfigureAwait(false)).TryGet(out var rows, out error)) return work with { Phase = Phase.Failed, Reason = error.Message, Ended = time.GetUtcNow() };
                for (var i = 0; i < predictions.Count; i++, written++) await writer.WriteLineAsync(work.Request.Join ? $"{rows[i]},{predictions[i]}" : predictions[i]).ConfigureAwait(false);
            }
        }
        if (written != work.Rows) return work with { Phase = Phase.Failed, Reason = $"{written} predictions were joined for {work.Rows} rows.", Ended = time.GetUtcNow() };
        joined.Position = 0;
        return (await artifacts.PutAsync(joined, ct: ct).ConfigureAwait(false)).TryGet(out var sha256, out var unstored)
            ? work with { Phase = Phase.Done, Result = sha256, Ended = time.GetUtcNow() }
            : work with { Phase = Phase.Failed, Reason = unstored.Message, Ended = time.GetUtcNow() };
    }

    private async Task<Result<IReadOnlyList<string>>> LinesAsync(string sha256, CancellationToken ct)
    {
        if (!(await artifacts.OpenAsync(sha256, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return error;
        using var reader = new StreamReader(content);
        var lines = new List<string>();
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line) lines.Add(line);
        return lines;
    }

    private static BatchPart Lost(BatchPart part, string reason) => part with { Phase = Phase.Failed, Reason = reason };

    internal static string Job(BatchWork work, BatchPart part) => $"{work.Request.Project}-{work.Request.Model}-b{work.Id}-{part.Index}-{part.Attempt}";

    private Task<Result<T>> Call<T>(Func<CancellationToken, Task<Result<T>>> call, CancellationToken ct) => Calls.WithinAsync(options.CallTimeout, call, ct);
}
