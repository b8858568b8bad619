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
        return over && budget.StopNewWork ? CostBook.Stopped(budget, spent) : null;
    }

    /// <summary>Forgets what was told of a project's budget.</summary>
    public Task ForgetAsync(string project, CancellationToken ct) => store.DeleteAsync(Warnings, project, ct);

    private async Task WarnAsync(string project, Budget budget, decimal spent, bool stopped, CancellationToken ct)
    {
        var month = time.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var told = await store.GetAsync(Warnings, project, ct).ConfigureAwait(false);
        // A budget that was changed is another one: what was told of the old one says nothing of it.
        if (told is { Value: var last } && last.Month == month && (last.Monthly ?? budget.Monthly) == budget.Monthly && (last.Stopped || !stopped)) return;
        // Whoever writes it down tells: another server of the cluster may find the same at the same moment.
        if ((await store.WriteAsync(Warnings, project, new BudgetWarning(month, stopped, budget.Monthly), told?.Version ?? 0, ct).ConfigureAwait(false)).Error is not null) return;
        await events.AddAsync("budget", project, null, null, string.Create(CultureInfo.InvariantCulture, $"${spent:0.####} of the month's ${budget.Monthly:0.##} are spent{(stopped ? "; no new work is started" : "")}."), ct).ConfigureAwait(false);
    }
}
