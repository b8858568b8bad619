using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Isobar.Core.Results;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>
/// Holds a new version against rows that it was not trained on, before any gate is asked: a batch prediction over the clouds like any other, whose answers are compared with the
/// labels. The batch's id follows from the version, so that whoever goes on after a kill finds the same one.
/// </summary>
internal sealed class Evaluations(BatchBook batches, Artifacts artifacts, Derived derived, Versions versions, Events events, TimeProvider time)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string Reason)> _waiting = new();

    /// <summary>One step.</summary>
    public async Task AdvanceAsync(Project project, string model, ModelWish wish, ModelVersion version, CancellationToken ct)
    {
        var id = Id(version);
        if (_waiting.TryGetValue(id, out var waiting) && time.GetUtcNow() - waiting.At < TryAgain) return;
        var step = wish.Evaluation is { } evaluation ? await StepAsync(project, model, wish, evaluation, version, id, ct).ConfigureAwait(false) : await DoneAsync(project, model, wish, version, new Dictionary<string, double>(), null, ct).ConfigureAwait(false);
        if (step.Error is not { } error)
        {
            _waiting.TryRemove(id, out _);
            return;
        }
        // What cannot be done now may be done later: a cloud is away, a budget is spent, data are being made.
        if (!Calls.IsOfThePlace(error) && error.Code != ErrorCode.FailedPrecondition) await DoneAsync(project, model, wish, version, new Dictionary<string, double>(), error.Message, ct).ConfigureAwait(false);
        else
        {
            if (waiting.Reason != error.Message) await events.AddAsync("training", project.Manifest.Name, model, null, $"Version {version.Number} is not evaluated yet: {error.Message}", ct).ConfigureAwait(false);
            _waiting[id] = (time.GetUtcNow(), error.Message);
        }
    }

    // 1. the batch is begun, or found; 2. its answers beside the labels; 3. the gates.
    private async Task<Result<Done>> StepAsync(Project project, string model, ModelWish wish, EvaluationWish evaluation, ModelVersion version, string id, CancellationToken ct)
    {
        // 1.
        var label = evaluation.Label ?? wish.Training!.Label!;
        if (!(await batches.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var work, out _))
        {
            if (!(await OpenAsync(project.Manifest, evaluation, ct).ConfigureAwait(false)).TryGet(out var table, out var error)) return error;
            using var rows = new MemoryStream();
            await using (table.ConfigureAwait(false))
                if ((await BaselineRows.WriteAsync(table, wish.Training! with { Label = label }, rows, ct).ConfigureAwait(false)).Error is { } unfit) return unfit;
            rows.Position = 0;
            if (!(await artifacts.PutAsync(rows, ct: ct).ConfigureAwait(false)).TryGet(out var sha256, out error)) return error;
            var started = await batches.StartAsync(new BatchRequest(project.Manifest.Name, model, sha256, evaluation.Clouds, version.Number, Header: true), "isobar", ct, id).ConfigureAwait(false);
            return started.Map(_ => Done.Value);
        }
        if (work.Phase == Phase.Failed) return new Error(ErrorCode.Aborted, $"The batch {id} failed: {work.Reason}");
        if (work.Phase != Phase.Done) return Done.Value;
        // 2.
        if (!(await LabelsAsync(project.Manifest, evaluation, label, ct).ConfigureAwait(false)).TryGet(out var labels, out var unread)) return unread;
        if (!(await artifacts.OpenAsync(work.Result!, ct).ConfigureAwait(false)).TryGet(out var result, out unread)) return unread;
        using var reader = new StreamReader(result);
        if (PredictedValues.Of("text/csv", Encoding.UTF8.GetBytes(await reader.ReadToEndAsync(ct).ConfigureAwait(false))) is not { } predicted || predicted.Count != labels.Count) return new Error(ErrorCode.Aborted, $"There are {labels.Count} labels, and other than that many predictions.");
        // 3.
        Outcome[] outcomes = [.. predicted.Zip(labels, (p, l) => new Outcome(work.Created, "", p, l))];
        var metrics = new Dictionary<string, double> { ["evaluation:rows"] = outcomes.Length };
        foreach (var metric in wish.Training!.Task == "regression" ? ["rmse", "mae"] : QualityMetrics.Names)
            if (QualityMetrics.Of(metric, outcomes) is { } value && (metric is "accuracy" or "f1" || wish.Training.Task is "regression" or null)) metrics[$"evaluation:{metric}"] = value;
        return await DoneAsync(project, model, wish, version, metrics, null, ct).ConfigureAwait(false);
    }

    private async Task<Result<Done>> DoneAsync(Project project, string model, ModelWish wish, ModelVersion version, IReadOnlyDictionary<string, double> metrics, string? failure, CancellationToken ct)
    {
        var judged = await versions.EvaluatedAsync(version, metrics, wish.Promotion, failure, ct).ConfigureAwait(false);
        var said = string.Join(", ", metrics.Where(m => m.Key != "evaluation:rows").Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key.Split(':')[1]} {m.Value:0.####}")));
        await events.AddAsync("training", project.Manifest.Name, model, null, $"Version {version.Number} was evaluated{(said.Length > 0 ? $" ({said})" : "")}: {judged.Stage}{(failure is null ? "" : $", as it could not be: {failure}")}.", ct).ConfigureAwait(false);
        return Done.Value;
    }

    private Task<Result<Stream>> OpenAsync(Manifest manifest, EvaluationWish evaluation, CancellationToken ct) => derived.OpenAsync(manifest, manifest.Data![evaluation.Data], ct);

    private async Task<Result<IReadOnlyList<string>>> LabelsAsync(Manifest manifest, EvaluationWish evaluation, string label, CancellationToken ct)
    {
        if (!(await OpenAsync(manifest, evaluation, ct).ConfigureAwait(false)).TryGet(out var table, out var error)) return error;
        await using (table.ConfigureAwait(false)) return await BaselineRows.ColumnAsync(table, label, ct).ConfigureAwait(false);
    }

    private static string Id(ModelVersion version) => "e" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{version.Project}/{version.Model}/{version.Number}/{version.Sha256}")))[..7];
}
