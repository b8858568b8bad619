using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Dashboard.Tests.Harness;
using Isobar.MultiCloud.Clouds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests.Filled;

/// <summary>The pages with rows in every table: objectives, batches, a trial, a running job. And what is done on them, by keyboard alone, and held against the API.</summary>
[Collection(DashboardCollection.Name)]
public sealed class FilledPageTests(DashboardFixture fixture, FilledProject project) : IClassFixture<FilledProject>
{
    /// <summary>A page, and something that shows that it is filled.</summary>
    public static TheoryData<string, string, string> Pages() => new()
    {
        { "filled-events", "/dashboard/events?q=filled", "table:has(caption:text('What manifests promise')) .badge.bad" },
        { "filled-jobs", "/dashboard/jobs", "table:has(caption:text('Batch predictions')) .badge.good" },
        { "filled-model", $"/dashboard/models/{FilledProject.Name}/{Scenery.Model}", "dt:text('On trial')" },
        { "filled-service", $"/dashboard/services/{FilledProject.Service}", "p:has-text('Canary') .badge.busy" },
        { "filled-services", "/dashboard/services?q=filled", $"th:text('{FilledProject.Service}') >> nth=0" },
        { "filled-overview", "/dashboard", ".world .flow >> nth=0" },
        { "filled-costs", "/dashboard/costs", "th:text('filled') >> nth=0" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Filled_IsAccessibleInBothThemesAndInANarrowWindow(string name, string path, string shows)
    {
        foreach (var (theme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 360) })
        {
            await using var window = await fixture.Chromium.OpenAsync(fixture.Address, theme, width);
            await window.GoAsync(path);
            await window.Page.Locator(shows).WaitForAsync(new() { State = WaitForSelectorState.Attached });
            if (theme == ColorScheme.Light) await window.PictureAsync(name);
            Assert.Empty(await window.ViolationsAsync());
            Assert.True(await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width);
            Assert.Empty(window.Faults);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Filled_CanBeWalkedThroughByKeyboard(string name, string path, string shows)
    {
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync(path);
        await window.Page.Locator(shows).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        // Nothing may move while the keys walk.
        await window.Page.GetByLabel("Update live").UncheckAsync();
        await window.Page.EvaluateAsync("() => document.activeElement.blur()");
        var stops = await window.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('a[href], button, input, select, [tabindex=\"0\"]')].filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true })).length");
        var seen = new HashSet<string>();
        // Behind the last one comes the window itself, and then the first.
        for (var i = 0; i <= stops; i++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            if (await window.Page.EvaluateAsync<bool>("() => document.activeElement === document.body")) continue;
            seen.Add(await window.Page.EvaluateAsync<string>("() => { const e = document.activeElement; e.dataset.stop ??= String(document.querySelectorAll('[data-stop]').length); const s = getComputedStyle(e); return e.dataset.stop + (s.outlineStyle === 'none' && s.boxShadow === 'none' ? ' unseen: ' + e.outerHTML.slice(0, 120) : ''); }"));
        }
        Assert.DoesNotContain(seen, s => s.Contains("unseen", StringComparison.Ordinal));
        Assert.True(seen.Count == stops, $"{name}: {seen.Count} of {stops} stops were reached.");
    }

    [Theory]
    [InlineData($"/dashboard/models/{FilledProject.Name}/{Scenery.Model}")]
    [InlineData($"/dashboard/services/{FilledProject.Service}")]
    [InlineData("/dashboard/events")]
    public async Task Monitoring_OfAServiceWithLabels_ShowsDriftByCloudAndQuality(string path)
    {
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync(path);
        // Its load asks one and the same row, which no training data look like.
        var drift = window.Page.Locator("table:has(caption:text('against the training data')) tbody tr", new() { HasText = FilledProject.Name });
        await drift.Filter(new() { HasText = "drifted" }).First.WaitForAsync();
        Assert.Equal(2, await drift.CountAsync());
        var quality = window.Page.Locator("table:has(caption:text('whose labels are known')) tbody tr", new() { HasText = FilledProject.Service });
        Assert.Equal("missed", await quality.Locator(".badge").InnerTextAsync());
        Assert.Contains("at least 0.9", await quality.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task RunningJob_StoppedByKeyboard_IsStoppedInItsCloud()
    {
        await project.RunAsync("endless-job");
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync("/dashboard/jobs/aws/endless-job");
        await window.Page.Locator(".log > div", new() { HasText = "[5] train:loss" }).WaitForAsync();
        await window.Page.Locator(".rz-chart svg path").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await window.PictureAsync("running");
        Assert.Empty(await window.ViolationsAsync());
        await DoAsync(window, new() { Name = "Stop", Exact = true }, "Stop the job");
        await window.Page.Locator(".facts .badge", new() { HasText = "Stopped" }).WaitForAsync();
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).CountAsync());
        await fixture.Scenery.UntilAsync("/v1/audit", a => a.AsArray().Any(e => e!["what"]!.GetValue<string>() == "job.stop" && e["target"]!.GetValue<string>() == "aws/endless-job"));
        var run = await fixture.Server.Services.GetRequiredService<IClouds>().Find("aws")!.Cloud.Training.GetAsync("endless-job");
        Assert.Equal(RunState.Stopped, run.Value.State);
        Assert.Empty(await window.ViolationsAsync());
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Version_PromotedAndRolledBackByKeyboard_IsServedAndServedNoMore()
    {
        const string Own = "turned";
        await fixture.Scenery.ApplyAsync(Own, spot: true, m => m["service"] = new JsonObject { ["clouds"] = new JsonArray("aws") });
        await fixture.Scenery.UntilAsync($"/v1/models/{Own}", v => v.AsArray().Count == 1);
        await fixture.Scenery.ApplyAsync(Own, spot: true, m => { m["service"] = new JsonObject { ["clouds"] = new JsonArray("aws") }; m["training"]!["seed"] = 5; });
        await fixture.Scenery.UntilAsync($"/v1/models/{Own}", v => v.AsArray().Count == 2);
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync($"/dashboard/models/{Own}/{Scenery.Model}");
        foreach (var number in new[] { 1, 2 })
        {
            await DoAsync(window, new() { Name = $"Promote version {number}" }, "Promote");
            await fixture.Scenery.UntilAsync($"/v1/projects/{Own}", p => p["models"]![0]!["production"]?.GetValue<int>() == number);
        }
        await window.Page.GetByText("version 2", new() { Exact = true }).First.WaitForAsync();
        await DoAsync(window, new() { Name = "Roll back to version 1" }, "Roll back");
        await fixture.Scenery.UntilAsync($"/v1/projects/{Own}", p => p["models"]![0]!["production"]?.GetValue<int>() == 1);
        await fixture.Scenery.UntilAsync($"/v1/projects/{Own}", p => p["models"]![0]!["serving"]!.AsArray() is { Count: > 0 } serving && serving.All(s => s!["version"]!.GetValue<int>() == 1 && s["phase"]!.GetValue<string>() == "Done"));
        await Assertions.Expect(window.Page.Locator(".facts [role=status]").First).ToHaveTextAsync("version 1");
        await fixture.Scenery.UntilAsync("/v1/audit", a => a.AsArray().Any(e => e!["what"]!.GetValue<string>() == "version.rollback" && e["target"]!.GetValue<string>().StartsWith(Own, StringComparison.Ordinal)));
        Assert.Empty(await window.ViolationsAsync());
        Assert.Empty(window.Faults);
    }

    // Presses a button and says yes, without a pointer.
    private static async Task DoAsync(Window window, PageGetByRoleOptions button, string yes)
    {
        await window.Page.GetByRole(AriaRole.Button, button).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        var dialog = window.Page.GetByRole(AriaRole.Alertdialog);
        await dialog.WaitForAsync();
        // The component library moves the focus into a dialog a moment after it is shown; a key pressed before that walks through the page behind it.
        await window.Page.WaitForFunctionAsync("() => document.activeElement.closest('[role=alertdialog]') !== null");
        Assert.Empty(await window.ViolationsAsync());
        var sure = dialog.GetByRole(AriaRole.Button, new() { Name = yes, Exact = true });
        for (var i = 0; i < 6 && !await sure.EvaluateAsync<bool>("e => e === document.activeElement"); i++) await window.Page.Keyboard.PressAsync("Tab");
        Assert.True(await sure.EvaluateAsync<bool>("e => e === document.activeElement"), $"'{yes}' is not reached by keyboard.");
        await window.Page.Keyboard.PressAsync("Enter");
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }
}
