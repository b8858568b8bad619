using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Costs;

/// <summary>Finds what would save money, and does it on request: by a change of the manifest, as a person would.</summary>
public sealed class Adviser(IUsage usage, IPriceTable prices, Placing placing, IControlStore store, ControlPlane control, ControlPlaneOptions options, TimeProvider time)
{
    private const double HoursPerMonth = 730;
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);
    /// <summary>What one instance answers in an hour without being noticed: far below what any of them can.</summary>
    private const double FewRequests = 3600;

    /// <summary>The advice of now, the largest saving first.</summary>
    public async Task<IReadOnlyList<Advice>> ListAsync(CancellationToken ct = default)
    {
        var found = new List<Advice>();
        var attribution = await Attribution.ReadAsync(store, ct).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var lines = (await usage.ReadAsync(now - Window, now, ct).ConfigureAwait(false)).Select(l => (Line: l, Owner: attribution.Of(l))).ToList();
        foreach (var project in attribution.Projects.Where(p => !p.Leaving))
        {
            foreach (var (name, wish) in project.Manifest.Models ?? new Dictionary<string, ModelWish>())
            {
                var standing = (await store.GetAsync(Kinds.Models, Names.Standing(project.Manifest.Name, name), ct).ConfigureAwait(false))?.Value;
                foreach (var s in (standing?.Serving ?? []).Where(s => s.Phase == Phase.Done))
                {
                    var hour = prices.Offers("hosting").FirstOrDefault(o => o.Cloud == s.Cloud && o.Sku == s.Sku)?.HourPrice ?? 0;
                    if (hour == 0) continue;
                    var asked = lines.Where(l => l.Line.Cloud == s.Cloud && l.Owner.Project?.Manifest.Name == project.Manifest.Name && l.Owner.Model == name && l.Line.Unit is "invocations" or "requests" && l.Line.Service is not "storage").Sum(l => l.Line.Quantity);
                    var stood = Math.Min(Window.TotalHours, (now - s.Since).TotalHours);
                    if (stood < options.IdleAfter.TotalHours) continue;
                    if (asked == 0) Add("idle", name, s.Cloud, $"The endpoint {s.Endpoint} in {s.Cloud} ({s.Sku}) was asked nothing in {N(stood)} h.", hour * s.Instances * (decimal)HoursPerMonth, wish.Service!.Clouds.Count > 1 ? $"One cloud less stands by for {name} when another fails." : $"{name} answers nobody until it is served again.");
                    else if (now - s.Since >= options.CommitAfter && prices.Commitments.Where(c => c.Cloud == s.Cloud).MinBy(c => c.Term, StringComparer.Ordinal) is { } commitment)
                        Add("commitment", name, s.Cloud, $"{s.Endpoint} in {s.Cloud} has stood for {N((now - s.Since).TotalDays)} days; committed to for {commitment.Term} it costs {N((double)(commitment.Share * 100))} % of the price on demand.", hour * (wish.Service!.Scaling?.Min ?? 1) * (decimal)HoursPerMonth * (1 - commitment.Share), $"It is paid for {commitment.Term}, whether it is used or not.");
                    if (asked > 0 && s.Instances > 1 && asked / Math.Max(1, stood) / s.Instances < FewRequests) Add("right-size", name, s.Cloud, $"{s.Instances} instances of {s.Endpoint} in {s.Cloud} answer {N(asked / Math.Max(1, stood))} requests an hour; one is enough.", hour * (s.Instances - 1) * (decimal)HoursPerMonth, "The only instance is lost for as long as its cloud takes to replace it.");
                }
                if (wish.Training is { Spot: false } training && standing?.Training is not null && Spot(project.Manifest, name, wish, training) is var (placed, interruptible) && interruptible.Cost < placed.Cost)
                    Add("spot", name, interruptible.Offer.Cloud, $"Training {name} on interruptible {interruptible.Offer.Sku} in {interruptible.Offer.Cloud} costs ${N((double)interruptible.Cost)} in place of ${N((double)placed.Cost)} on {placed.Offer.Sku} in {placed.Offer.Cloud}.", placed.Cost - interruptible.Cost, $"It may be interrupted, about {N(interruptible.Offer.InterruptionsPerHour)} times an hour, and then goes on elsewhere.");
            }

            void Add(string kind, string model, string? cloud, string message, decimal saving, string risk) =>
                found.Add(new Advice(0, $"{kind}/{project.Manifest.Name}/{model}/{cloud}", kind, project.Manifest.Name, model, cloud, message, Math.Round(saving, 6), risk));
        }
        return [.. found.OrderByDescending(a => a.Saving).ThenBy(a => a.Id, StringComparer.Ordinal).Select((a, i) => a with { Number = i + 1 })];
    }

    /// <summary>Does what an advice says.</summary>
    public async Task<Result<Advice>> ApplyAsync(int number, string by, CancellationToken ct = default)
    {
        var all = await ListAsync(ct).ConfigureAwait(false);
        if (all.FirstOrDefault(a => a.Number == number) is not { } advice) return new Error(ErrorCode.NotFound, all.Count == 0 ? $"There is no advice {number}: nothing was found that would save money." : $"There is no advice {number}; there are 1 to {all.Count}.");
        if (await control.GetAsync(advice.Project, ct).ConfigureAwait(false) is not { } project) return Error.NotFound($"The project {advice.Project}");
        if (advice.Kind == "commitment") return new Error(ErrorCode.FailedPrecondition, $"A commitment is bought of the vendor of {advice.Cloud}, in its console: no manifest can.");
        var manifest = project.Value.Manifest;
        var wish = manifest.Models![advice.Model];
        var changed = advice.Kind switch
        {
            "spot" => wish with { Training = wish.Training! with { Spot = true } },
            "right-size" => wish with { Service = wish.Service! with { Scaling = (wish.Service.Scaling ?? new ScalingWish()) with { Min = 1 } } },
            _ => wish with { Service = Without(wish.Service!, advice.Cloud!) },
        };
        var models = manifest.Models.ToDictionary();
        models[advice.Model] = changed;
        return (await control.ApplyAsync(manifest with { Models = models }, by, project.Version, ct).ConfigureAwait(false)).Map(_ => advice);
    }

    // Where it would go now, and where it would go if it might be interrupted.
    private (Placed Now, Placed Spot)? Spot(Manifest manifest, string model, ModelWish wish, TrainingWish training) =>
        placing.Place(manifest, model, wish, new([])).TryGet(out var now, out _) && placing.Place(manifest, model, wish with { Training = training with { Spot = true } }, new([])).TryGet(out var spot, out _) ? (Placing.Training(now), Placing.Training(spot)) : null;

    private static ServiceWish? Without(ServiceWish service, string cloud)
    {
        var clouds = service.Clouds.Where(c => c != cloud).ToList();
        return clouds.Count == 0 ? null : service with { Clouds = clouds, Traffic = service.Traffic?.Where(t => t.Key != cloud).ToDictionary() };
    }

    private static string N(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
