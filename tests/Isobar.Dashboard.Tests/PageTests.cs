using Isobar.Dashboard.Tests.Harness;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests;

/// <summary>Every page, in both themes and in a narrow window: accessible, whole, and loaded from here alone.</summary>
[Collection(DashboardCollection.Name)]
public sealed class PageTests(DashboardFixture fixture)
{
    public static TheoryData<string, string> Pages() => new()
    {
        { "overview", "/dashboard" },
        { "models", "/dashboard/models" },
        { "model", $"/dashboard/models/{Scenery.Project}/{Scenery.Model}" },
        { "jobs", "/dashboard/jobs" },
        { "job", $"/dashboard/jobs/{Scenery.Cloud}/JOB" },
        { "services", "/dashboard/services" },
        { "service", $"/dashboard/services/{Scenery.Service}" },
        { "costs", "/dashboard/costs" },
        { "events", "/dashboard/events" },
        { "audit", "/dashboard/audit" },
        { "sign-in", "/dashboard/sign-in" },
        { "missing", "/dashboard/no-such-page" },
        { "search", "/dashboard/models?q=nothing-like-it" },
        { "no-job", "/dashboard/jobs/mars/x" },
        { "no-service", "/dashboard/services/none" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_InBothThemes_IsAccessible(string name, string path)
    {
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var window = await OpenAsync(name, path, theme, 1280);
            Assert.Empty(await window.ViolationsAsync());
            Assert.Equal(1, await window.Page.Locator("h1").CountAsync());
            Assert.DoesNotContain(window.Faults, f => name != "missing" || !f.Contains("404", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_InANarrowWindow_DoesNotScrollSideways(string name, string path)
    {
        await using var window = await OpenAsync(name, path, ColorScheme.Light, 400);
        Assert.True(await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= 400);
        Assert.Empty(await window.ViolationsAsync());
    }

    private async Task<Window> OpenAsync(string name, string path, ColorScheme theme, int width)
    {
        var window = await fixture.Chromium.OpenAsync(fixture.Address, theme, width);
        path = path.Replace("JOB", fixture.Scenery.Job, StringComparison.Ordinal);
        if (name is "sign-in") await window.Page.GotoAsync(path);
        else await window.GoAsync(path);
        if (name is "service" or "costs" or "job") await window.Page.Locator(".rz-chart svg path").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        if (theme == ColorScheme.Light) await window.PictureAsync(name);
        return window;
    }
}
