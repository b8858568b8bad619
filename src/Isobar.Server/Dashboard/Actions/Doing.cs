using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;
using Isobar.Server.Dashboard.Reads;
using Microsoft.AspNetCore.Components.Authorization;
using Radzen;

namespace Isobar.Server.Dashboard.Actions;

/// <summary>What may be done from the pages: asked once more, done in the name of whoever is signed in, and told.</summary>
internal sealed class Doing(DialogService dialogs, NotificationService notes, AuthenticationStateProvider session, Versions versions, Reconciler reconciler, Adviser adviser, CloudReads clouds, BookReads books, DriftWatch drift, AuditLog audit)
{
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(8);

    public async Task PromoteAsync(string project, string model, int number, bool held)
    {
        var question = held ? $"A gate held version {number} of {project}/{model} back. Promote it all the same?" : $"Put version {number} of {project}/{model} into production?";
        if (!await SureAsync(question, held ? "Promote all the same" : "Promote")) return;
        var done = await versions.PromoteAsync(project, model, number, await WhoAsync(), force: held);
        if (done.IsOk) reconciler.Wake();
        Tell(done.Error, $"Version {number} of {project}/{model} is in production; its service follows.");
    }

    public async Task RollbackAsync(string project, string model)
    {
        if (!await SureAsync($"Put the version of {project}/{model} that was served before back into production?", "Roll back")) return;
        var done = await versions.RollbackAsync(project, model, await WhoAsync());
        if (done.IsOk) reconciler.Wake();
        Tell(done.Error, done.IsOk ? $"Version {done.Value.Number} of {project}/{model} is in production again; its service follows." : "");
    }

    /// <summary>Harmless, so nobody is asked whether he is sure.</summary>
    public async Task CompareAsync(string project, string model)
    {
        var asked = await drift.CompareAsync(project, model);
        if (asked.IsOk)
        {
            reconciler.Wake();
            await audit.AddAsync(await WhoAsync(), "monitoring.run", $"{project}/{model}", "");
        }
        Tell(asked.Error, $"Each cloud compares what {project}/{model} was asked of late with its training data.");
    }

    public async Task StopAsync(CloudEntry cloud, string job)
    {
        if (!await SureAsync($"Stop the job {job} in {cloud.Name}? What it has saved stays.", "Stop the job")) return;
        var done = await clouds.StopAsync(cloud, job);
        if (done.IsOk) await audit.AddAsync(await WhoAsync(), "job.stop", $"{cloud.Name}/{job}", "");
        Tell(done.Error, $"{job} was asked to stop.");
    }

    /// <summary>Applies an advice by what it says, not by where it stood: the list may have moved since it was shown.</summary>
    public async Task ApplyAsync(string id)
    {
        if ((await adviser.ListAsync()).FirstOrDefault(a => a.Id == id) is not { } advice)
        {
            Tell(Error.NotFound("This advice"), "");
            return;
        }
        if (!await SureAsync($"{advice.Message} {advice.Risk} Apply it?", "Apply")) return;
        var done = await adviser.ApplyAsync(advice.Number, await WhoAsync());
        Tell(done.Error, $"The manifest of {advice.Project} was changed; its clouds follow.");
    }

    private async Task<bool> SureAsync(string question, string yes) =>
        await dialogs.Confirm(question, yes, new ConfirmOptions { OkButtonText = yes, CancelButtonText = "Cancel", CloseDialogOnEsc = true }) == true;

    private async Task<string> WhoAsync() => (await session.GetAuthenticationStateAsync()).User.Identity?.Name ?? "dashboard";

    private void Tell(Error? error, string done)
    {
        books.Forget();
        notes.Notify(error is null ? NotificationSeverity.Success : NotificationSeverity.Error, error is null ? "Done" : "Not done", error?.Message ?? done, Shown);
    }
}
