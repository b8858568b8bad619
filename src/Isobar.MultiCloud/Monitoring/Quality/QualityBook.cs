using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Monitoring.Quality;

/// <summary>Joins what services predicted with what would have been right, as that is told, and holds it against what manifests want.</summary>
public sealed class QualityBook(IControlStore store, Events events)
{
    private const int MostLabels = 10_000;
    private static readonly QualityWish Usual = new();

    /// <summary>Keeps what a service has answered.</summary>
    public Task KeepAsync(KeptPrediction prediction, CancellationToken ct = default) => store.PutAsync(QualityKinds.Predictions, Id(prediction.Service, prediction.Id), prediction, ct);

    /// <summary>Lets go of the oldest predictions of a service beyond so many.</summary>
    public async Task TrimAsync(string service, int most, CancellationToken ct = default)
    {
        // Their ids begin with their time.
        var all = await store.ListAsync(QualityKinds.Predictions, service + "/", ct).ConfigureAwait(false);
        foreach (var old in all.Take(Math.Max(0, all.Count - most))) await store.DeleteAsync(QualityKinds.Predictions, old.Id, ct).ConfigureAwait(false);
    }

    // 1. Are they labels? 2. Each with what was predicted; 3. what counts now; 4. who is to know is told.
    /// <summary>Takes labels. A label that does not fit its prediction refuses them all.</summary>
    public async Task<Result<LabelsReply>> LabelAsync(string service, LabelsRequest request, CancellationToken ct = default)
    {
        // 1.
        if (request.Labels is not { Count: > 0 and <= MostLabels }) return Error.Invalid("labels", $"{request.Labels?.Count ?? 0}", $"There are 1 to {MostLabels} labels.");
        var (outcomes, unknown, found, faults) = (new List<Outcome>(), new List<string>(), new HashSet<string>(), new List<Fault>());
        foreach (var (i, told) in request.Labels.Index())
        {
            // 2.
            var at = $"labels[{i}]";
            string?[] labels = told.Labels is { } several ? [.. several.Select(PredictedValues.Text)] : told.Label is { } one ? [PredictedValues.Text(one)] : [];
            if (string.IsNullOrEmpty(told.Prediction)) faults.Add(new($"{at}.prediction", null, "prediction is the X-Isobar-Prediction that the answer came with."));
            else if (told.Label is null == told.Labels is null || labels.Length == 0 || labels.Contains(null)) faults.Add(new($"{at}.label", null, "A label is a text, a number or a truth: one as label, or one for each row as labels."));
            else if (!found.Add(told.Prediction)) faults.Add(new($"{at}.prediction", told.Prediction, "This prediction is labelled twice."));
            else if ((await store.GetAsync(QualityKinds.Predictions, Id(service, told.Prediction), ct).ConfigureAwait(false))?.Value is not { } kept) unknown.Add(told.Prediction);
            else if (PredictedValues.Of(kept.ContentType, kept.Body) is not { } values) faults.Add(new($"{at}.prediction", told.Prediction, $"The answer ({kept.ContentType}) has a form whose predictions are not known."));
            else if (values.Count != labels.Length) faults.Add(new($"{at}.labels", $"{labels.Length}", $"The answer has {values.Count} rows, and {labels.Length} labels are told."));
            else outcomes.AddRange(values.Zip(labels, (predicted, actual) => new Outcome(kept.At, kept.Backend, predicted, actual!)));
        }
        if (faults.Count > 0) return new Error(ErrorCode.InvalidArgument, faults.Count == 1 ? "A label is not as it must be." : $"{faults.Count} labels are not as they must be.") { Faults = faults };
        // 3.
        var owner = (await OwnersAsync(ct).ConfigureAwait(false)).GetValueOrDefault(service);
        if (outcomes.Count > 0) await CountAsync(service, owner, outcomes, ct).ConfigureAwait(false);
        foreach (var id in found.Except(unknown)) await store.DeleteAsync(QualityKinds.Predictions, Id(service, id), ct).ConfigureAwait(false);
        return new LabelsReply(outcomes.Count, unknown);
    }

    /// <summary>The quality of every service that labels were told of.</summary>
    public async Task<IReadOnlyList<QualityReport>> ListAsync(CancellationToken ct = default)
    {
        var owners = await OwnersAsync(ct).ConfigureAwait(false);
        var reports = new List<QualityReport>();
        foreach (var standing in await store.ListAsync(QualityKinds.Standing, "", ct).ConfigureAwait(false))
        {
            var owner = owners.GetValueOrDefault(standing.Id);
            var served = await ServedAsync(owner, ct).ConfigureAwait(false);
            reports.Add(Report(standing.Id, standing.Value with { Outcomes = [.. standing.Value.Outcomes.Where(o => o.At >= Since(served))] }, owner?.Wish ?? Usual, served?.Number));
        }
        return reports;
    }

    /// <summary>Forgets a service that is no more.</summary>
    public async Task ForgetAsync(string service, CancellationToken ct = default)
    {
        await store.DeleteAsync(QualityKinds.Standing, service, ct).ConfigureAwait(false);
        await TrimAsync(service, 0, ct).ConfigureAwait(false);
    }

    private async Task CountAsync(string service, Owner? owner, IReadOnlyList<Outcome> fresh, CancellationToken ct)
    {
        var wish = owner?.Wish ?? Usual;
        var since = Since(await ServedAsync(owner, ct).ConfigureAwait(false));
        var (before, now) = (false, new QualityStanding([]));
        QualityStanding Counted(QualityStanding old)
        {
            before = old.Broken;
            IReadOnlyList<Outcome> outcomes = [.. old.Outcomes.Concat(fresh).Where(o => o.At >= since).OrderBy(o => o.At).TakeLast(wish.Window)];
            return now = new QualityStanding(outcomes, IsBroken(outcomes, wish) ?? old.Broken);
        }

        if ((await store.ChangeAsync(QualityKinds.Standing, service, s => Counted(s), ct).ConfigureAwait(false)).Error is { Code: ErrorCode.NotFound }) await store.PutAsync(QualityKinds.Standing, service, Counted(new QualityStanding([])), ct).ConfigureAwait(false);
        // 4.
        if (owner is null || now.Broken == before) return;
        var value = QualityMetrics.Of(wish.Metric, now.Outcomes);
        var said = string.Create(CultureInfo.InvariantCulture, $"The {wish.Metric} of {owner.Model} is {value:0.####} over the last {now.Outcomes.Count} labelled rows");
        await events.AddAsync("quality", owner.Project, owner.Model, null, now.Broken ? $"{said}; it is to be {Bound(wish)}." : $"{said}, as it is to be again ({Bound(wish)}).", ct).ConfigureAwait(false);
    }

    // What an earlier version answered says nothing of the one that is served now.
    private async Task<ModelVersion?> ServedAsync(Owner? owner, CancellationToken ct) => owner is null ? null
        : (await store.ListAsync(RegistryKinds.Versions, $"{owner.Project}/{owner.Model}/", ct).ConfigureAwait(false)).Select(v => v.Value).FirstOrDefault(v => v.Stage == Stage.Production);

    private static DateTimeOffset Since(ModelVersion? served) => served?.Promoted ?? DateTimeOffset.MinValue;

    private static QualityReport Report(string service, QualityStanding standing, QualityWish wish, int? version)
    {
        QualityValue? Value(IReadOnlyCollection<Outcome> rows) => QualityMetrics.Of(wish.Metric, rows) is { } value ? new QualityValue(value, rows.Count) : null;
        var backends = standing.Outcomes.GroupBy(o => o.Backend).Select(b => (b.Key, Value([.. b]))).Where(b => b.Item2 is not null).ToDictionary(b => b.Key, b => b.Item2!);
        return new QualityReport(service, wish.Metric, Value(standing.Outcomes), backends, Bound(wish), standing.Broken, standing.Outcomes is [var oldest, ..] ? oldest.At : null, version);
    }

    // Null: too few rows to say.
    private static bool? IsBroken(IReadOnlyList<Outcome> outcomes, QualityWish wish) =>
        outcomes.Count < wish.Least || QualityMetrics.Of(wish.Metric, outcomes) is not { } value ? null : value < wish.AtLeast || value > wish.AtMost;

    private static string? Bound(QualityWish wish) => string.Create(CultureInfo.InvariantCulture, $"{(wish.AtLeast is { } least ? $"at least {least}" : "")}{(wish is { AtLeast: not null, AtMost: not null } ? " and " : "")}{(wish.AtMost is { } most ? $"at most {most}" : "")}") is { Length: > 0 } bound ? bound : null;

    // The services of all manifests, by their names.
    private async Task<IReadOnlyDictionary<string, Owner>> OwnersAsync(CancellationToken ct)
    {
        var owners = new Dictionary<string, Owner>();
        foreach (var project in await store.ListAsync(Kinds.Projects, "", ct).ConfigureAwait(false))
            foreach (var (model, wish) in project.Value.Manifest.Models ?? new Dictionary<string, ModelWish>())
                owners.TryAdd(Names.Endpoint(project.Id, model), new Owner(project.Id, model, wish.Service?.Monitoring?.Quality ?? Usual));
        return owners;
    }

    private static string Id(string service, string prediction) => $"{service}/{prediction}";

    private sealed record Owner(string Project, string Model, QualityWish Wish);
}
