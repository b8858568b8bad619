using System.Globalization;
using Isobar.Dashboard.Tests.Harness;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests;

/// <summary>A thousand models, and as many services: pages stay as small as with ten.</summary>
public sealed class ScaleTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const int Many = 1000, Rows = 25, MostElements = 2500;
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-many-").FullName;
    private IsobarServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await IsobarServer.StartAsync(DashboardFixture.Options(Path.Combine(_folder, "data")));
        var store = _server.Services.GetRequiredService<IControlStore>();
        var kind = new Kind<ModelVersion>("control.versions", RegistryJson.Default.ModelVersion);
        for (var i = 0; i < Many; i++)
        {
            var (project, at) = ($"project-{i % 10}", DateTimeOffset.UnixEpoch.AddMinutes(i));
            var name = string.Create(CultureInfo.InvariantCulture, $"model-{i:D4}");
            var version = new ModelVersion(project, name, 1, Stage.Candidate, new string('a', 64), "", 1024, "boosted-trees", at, new Lineage("f", new Dictionary<string, string> { ["train"] = "d" }, "aws", "us-east-1", "ml.m5.large", false, $"{name}-1", 1));
            await store.PutAsync(kind, $"{project}/{name}/000001", version, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Models_AThousandOfThem_ArePagedAndFound()
    {
        await using var window = await chromium.OpenAsync(_server.Addresses.Control);
        foreach (var path in new[] { "/dashboard", "/dashboard/models", "/dashboard/models?page=40", "/dashboard/models?page=4000" })
        {
            await window.GoAsync(path);
            Assert.InRange(await window.Page.Locator("tbody tr").CountAsync(), 0, Rows);
            Assert.InRange(await window.Page.EvaluateAsync<int>("() => document.querySelectorAll('*').length"), 1, MostElements);
        }
        await window.GoAsync("/dashboard/models");
        await window.Page.GetByText("1–25 of 1,000 models").WaitForAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await window.Page.GetByText("26–50 of 1,000 models").WaitForAsync();
        await window.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search models" }).FillAsync("model-0777");
        await Assertions.Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "project-7/model-0777" }).WaitForAsync();
        Assert.Contains("q=model-0777", window.Page.Url, StringComparison.Ordinal);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "project-7/model-0777" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "project-7/model-0777", Level = 1 }).WaitForAsync();
        Assert.Empty(window.Faults);
    }
}
