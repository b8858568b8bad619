using System.Globalization;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Costs;

/// <summary>Warns when a budget is nearly spent, and refuses new work once it is.</summary>
internal sealed class BudgetGuard(CostBook costs, IControlStore store, Events events, TimeProvider time)
{
    private static readonly Kind<BudgetWarning> Warnings = new("control.budget-warnings", CostsJson.Default.BudgetWarning);

    /// <summary>Why new work of a project is refused; null: it is not.</summary>
    public async Task<string?> RefusesAsync(Manifest manifest, CancellationToken ct)
    {
        if (manifest.Budget is not { } budget) return null;
        var spent = await costs.SpentAsync(manifest.Name, ct).ConfigureAwait(false);
        var over = spent >= budget.Monthly;
        if (over || spent >= budget.Monthly * (decimal)budget.WarnAt / 100) await WarnAsync(manifest.Name, budget, spent, over && budget.StopNewWork, ct).ConfigureAwait(false);
        return over && budget.StopNewWork ? string.Create(CultureInfo.InvariantCulture, $"The budget of ${budget.Monthly:0.##} for this month is spent (${spent:0.####}): no new work is started.") : null;
    }

    private async Task WarnAsync(string project, Budget budget, decimal spent, bool stopped, CancellationToken ct)
    {
        var month = time.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        if (await store.GetAsync(Warnings, project, ct).ConfigureAwait(false) is { Value: var told } && told.Month == month && (told.Stopped || !stopped)) return;
        await store.PutAsync(Warnings, project, new BudgetWarning(month, stopped), ct).ConfigureAwait(false);
        await events.AddAsync("budget", project, null, null, string.Create(CultureInfo.InvariantCulture, $"${spent:0.####} of the month's ${budget.Monthly:0.##} are spent{(stopped ? "; no new work is started" : "")}."), ct).ConfigureAwait(false);
    }
}
