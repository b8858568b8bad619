using System.Globalization;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Costs;

/// <summary>Adds up what was spent, and tells what it will come to.</summary>
public sealed class CostBook(IUsage usage, IControlStore store, TimeProvider time)
{
    private const string Other = "other";
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>The report between two times; of this calendar month where none are named.</summary>
    public async Task<CostReport> ReportAsync(DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken ct = default)
    {
        var now = time.GetUtcNow();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var (start, end) = (from ?? month, to ?? now);
        var attribution = await Attribution.ReadAsync(store, ct).ConfigureAwait(false);
        var lines = await usage.ReadAsync(start, end, ct).ConfigureAwait(false);
        var owned = lines.Where(l => l.Cost is not null).Select(l => (Line: l, Owner: attribution.Of(l))).ToList();
        var budgets = new List<BudgetStanding>();
        foreach (var project in attribution.Projects.Where(p => p.Manifest.Budget is not null))
        {
            var spent = await SpentAsync(attribution, project.Manifest.Name, month, now, ct).ConfigureAwait(false);
            var budget = project.Manifest.Budget!;
            budgets.Add(new BudgetStanding(project.Manifest.Name, budget.Monthly, spent, await ForecastAsync(attribution, project.Manifest.Name, spent, month, now, ct).ConfigureAwait(false), spent >= budget.Monthly * (decimal)budget.WarnAt / 100, budget.StopNewWork && spent >= budget.Monthly));
        }
        var monthToDate = (await usage.ReadAsync(month, now, ct).ConfigureAwait(false)).Sum(l => l.Cost ?? 0);
        return new CostReport(start, end, owned.Sum(o => o.Line.Cost!.Value), lines.Count(l => l.Cost is null), await ForecastAsync(attribution, null, monthToDate, month, now, ct).ConfigureAwait(false),
            Shares(owned, o => [o.Line.Cloud]),
            Shares(owned, o => [o.Owner is { Project: { } p, Model: { } m } ? $"{p.Manifest.Name}/{m}" : o.Owner.Project is { } alone ? $"{alone.Manifest.Name}/{Other}" : Other]),
            Shares(owned, o => [o.Owner.Project?.Manifest.Team ?? Other]),
            Shares(owned, o => o.Owner.Project?.Manifest.Tags?.Select(t => $"{t.Key}={t.Value}") ?? []),
            budgets);
    }

    /// <summary>Why nothing new is begun for a manifest: its budget for this month is spent. Null: there is something left, or it is not to stop anything.</summary>
    public async Task<string?> StoppedAsync(Manifest manifest, CancellationToken ct = default) =>
        manifest.Budget is { StopNewWork: true } budget && await SpentAsync(manifest.Name, ct).ConfigureAwait(false) is var spent && spent >= budget.Monthly ? Stopped(budget, spent) : null;

    internal static string Stopped(Budget budget, decimal spent) => string.Create(CultureInfo.InvariantCulture, $"The budget of ${budget.Monthly:0.##} for this month is spent (${spent:0.####}): no new work is started.");

    /// <summary>What a project has cost this calendar month.</summary>
    internal async Task<decimal> SpentAsync(string project, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await SpentAsync(await Attribution.ReadAsync(store, ct).ConfigureAwait(false), project, new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero), now, ct).ConfigureAwait(false);
    }

    private async Task<decimal> SpentAsync(Attribution attribution, string? project, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        (await usage.ReadAsync(from, to, ct).ConfigureAwait(false)).Where(l => project is null || attribution.Of(l).Project?.Manifest.Name == project).Sum(l => l.Cost ?? 0);

    // What is left of the month costs what the last days did, by the hour; who began an hour ago is judged by that hour.
    private async Task<decimal> ForecastAsync(Attribution attribution, string? project, decimal spent, DateTimeOffset month, DateTimeOffset now, CancellationToken ct)
    {
        var began = attribution.Projects.Where(p => project is null || p.Manifest.Name == project).Select(p => p.Applied).DefaultIfEmpty(now - Recent).Min();
        var since = began > now - Recent ? began : now - Recent;
        var hours = Math.Max(1, (now - since).TotalHours);
        var rate = await SpentAsync(attribution, project, since, now, ct).ConfigureAwait(false) / (decimal)hours;
        return spent + rate * (decimal)(month.AddMonths(1) - now).TotalHours;
    }

    private static List<CostShare> Shares(IReadOnlyList<(UsageLine Line, (Project? Project, string? Model) Owner)> owned, Func<(UsageLine Line, (Project? Project, string? Model) Owner), IEnumerable<string>> names) =>
        [.. owned.SelectMany(o => names(o).Select(n => (Name: n, o.Line.Cost!.Value))).GroupBy(s => s.Name).Select(g => new CostShare(g.Key, g.Sum(s => s.Value))).OrderByDescending(s => s.Cost).ThenBy(s => s.Name, StringComparer.Ordinal)];
}
