using System.Globalization;
using Isobar.Core.Capabilities;
using Isobar.Dashboard.Tests.Harness;
using Isobar.MultiCloud.Clouds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests;

/// <summary>What people do with the dashboard, each in a browser and against a server that does it.</summary>
[Collection(DashboardCollection.Name)]
public sealed class FlowTests(DashboardFixture fixture)
{
    [Fact]
    public async Task Job_WhileItsPageIsOpen_ShowsLogStateAndMetricsWithoutReload()
    {
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync("/dashboard/jobs");
        await window.Page.EvaluateAsync("() => { window.sameDocument = true; }");
        var aws = fixture.Server.Services.GetRequiredService<IClouds>().Find("aws")!.Cloud;
        var data = new DataLocation("watched", "penguins.csv");
        Assert.True((await aws.Objects.EnsureBucketAsync("watched")).IsOk);
        await using (var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "penguins.csv"))) Assert.True((await aws.Objects.PutAsync(data, file)).IsOk);
        var started = await aws.Training.StartAsync(new TrainingOrder { Name = "watched-job", Algorithm = "boosted-trees", Task = "multiclass", Label = "species", Channels = new Dictionary<string, DataLocation> { ["train"] = data, ["validation"] = data }, Output = new("watched", "models/") });
        Assert.True(started.IsOk, started.Error?.Message);

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "watched-job" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Job watched-job", Level = 1 }).WaitForAsync();
        await window.Page.Locator(".log > div").Nth(2).WaitForAsync();
        await window.Page.Locator(".facts .badge", new() { HasText = "Completed" }).WaitForAsync();
        await window.Page.GetByRole(AriaRole.Rowheader, new() { Name = "validation:accuracy" }).WaitForAsync();
        Assert.True(await window.Page.EvaluateAsync<bool>("() => window.sameDocument === true"));
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Failover_WhileABackendIsKilled_IsSeenLiveAndFailsNobody()
    {
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync($"/dashboard/services/{Scenery.Service}");
        await window.Page.EvaluateAsync("() => { window.sameDocument = true; }");
        var (first, second) = (window.Page.Locator("[data-backend=first]"), window.Page.Locator("[data-backend=second]"));
        await Rate(first, above: 1);
        await Rate(second, above: 1);

        await fixture.Scenery.First.KillAsync();
        try
        {
            await first.Locator(".badge.bad").WaitForAsync();
            await Rate(first, above: -1, atMost: 0.5);
            await Rate(second, above: 1);
            await window.Page.Locator("table", new() { HasText = "Changes of health" }).GetByRole(AriaRole.Rowheader, new() { Name = "first" }).First.WaitForAsync();
            await window.PictureAsync("failover");
        }
        finally { await fixture.Scenery.First.StartAsync(); }
        await first.Locator(".badge.good").WaitForAsync();
        await Rate(first, above: 1);
        Assert.Equal(0, fixture.Scenery.Failed);
        Assert.True(await window.Page.EvaluateAsync<bool>("() => window.sameDocument === true"));
        Assert.Empty(window.Faults);

        static Task Rate(ILocator card, double above, double atMost = 1e9) => Assertions.Expect(card.Locator("dl div", new() { HasText = "Requests a second" }).Locator("dd")).ToHaveTextAsync(Between(above, atMost), new() { Timeout = 60_000 });

        // Playwright waits for texts: a rate that is above 1 begins with a digit from 1 to 9.
        static System.Text.RegularExpressions.Regex Between(double above, double atMost) => above >= 1 ? new(@"^[1-9]\d*(,\d{3})*(\.\d)?$") : new(string.Create(CultureInfo.InvariantCulture, $@"^0(\.[0-{(int)(atMost * 10)}])?$"));
    }

    [Fact]
    public async Task Promote_FromTheModelsPage_PutsTheVersionIntoProductionAndLeavesATrace()
    {
        await fixture.Scenery.ApplyAsync("promoted", spot: true);
        await fixture.Scenery.UntilAsync("/v1/models/promoted", v => v.AsArray().Count > 0);
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync($"/dashboard/models/promoted/{Scenery.Model}");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Promote version 1" }).ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Alertdialog);
        await dialog.WaitForAsync();
        Assert.Empty(await window.ViolationsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Promote", Exact = true }).ClickAsync();
        await window.Page.Locator("td .badge", new() { HasText = "Production" }).WaitForAsync();
        await fixture.Scenery.UntilAsync("/v1/models/promoted", v => v[0]!["stage"]!.GetValue<string>() == "Production");
        Assert.Empty(await window.ViolationsAsync());

        await window.GoAsync("/dashboard/audit?q=version.promote promoted");
        await window.Page.GetByRole(AriaRole.Cell, new() { Name = "promoted/species/1" }).WaitForAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Verify the chain" }).ClickAsync();
        await window.Page.Locator(".verdict .badge", new() { HasText = "intact" }).WaitForAsync();
        // Its clouds follow, and the lineage ends at them.
        await window.GoAsync($"/dashboard/models/promoted/{Scenery.Model}");
        await window.Page.Locator(".lineage .node .badge", new() { HasText = "Done" }).First.WaitForAsync(new() { Timeout = 120_000 });
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Advice_Applied_ChangesTheManifest()
    {
        await fixture.Scenery.ApplyAsync("advised", spot: false);
        await fixture.Scenery.UntilAsync("/v1/models/advised", v => v.AsArray().Count > 0);
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync("/dashboard/costs");
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("spot for advised.species") }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Apply", Exact = true }).ClickAsync();
        await fixture.Scenery.UntilAsync("/v1/projects/advised", p => p["manifest"]!["models"]![Scenery.Model]!["training"]!["spot"]!.GetValue<bool>());
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("spot for advised.species") })).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Theme_ChosenByItsReader_OutlastsThePageAndTheSystemsWish()
    {
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync("/dashboard");
        var light = await Ground(window);
        await window.Page.Locator("#theme").SelectOptionAsync("dark");
        await window.Page.WaitForFunctionAsync("light => getComputedStyle(document.body).backgroundColor !== light", light);
        await window.GoAsync("/dashboard/models");
        Assert.NotEqual(light, await Ground(window));
        Assert.Equal("dark", await window.Page.Locator("#theme").InputValueAsync());

        static Task<string> Ground(Window window) => window.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
    }

    [Fact]
    public async Task Keyboard_Alone_SkipsToTheContentAndOpensAPage()
    {
        await using var window = await fixture.Chromium.OpenAsync(fixture.Address);
        await window.GoAsync("/dashboard");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await window.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        for (var i = 0; i < 4; i++) await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Jobs", await window.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Jobs", Level = 1 }).WaitForAsync();
        await window.Page.WaitForFunctionAsync("() => document.activeElement?.tagName === 'H1'");
    }
}
