using System.Text.Json.Nodes;
using Isobar.Azure.Client;
using Isobar.Dashboard.Tests.Harness;
using Isobar.Google;
using Isobar.Server.Hosting;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests.Map;

/// <summary>The overview's map with twelve clouds: this machine's own, and accounts in other regions, one of which nobody answers for.</summary>
[Collection(DashboardCollection.Name)]
public sealed class WorldMapTests(DashboardFixture fixture) : IAsyncLifetime
{
    private const string Key = "ISOBAR_MAP_KEY";
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-map-").FullName;
    private IsobarServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable(Key, "test");
        var there = fixture.Server.Addresses;
        var google = GoogleEnvironment.Variables(there.DataDirectory, there.Gcp);
        var azure = AzureClientOptions.ForEmulator(new Uri(there.Azure));
        var clouds = new JsonArray(
            Aws("aws-ohio", "us-east-2"), Aws("aws-ireland", "eu-west-1"), Aws("aws-frankfurt", "eu-central-1"), Aws("aws-tokyo", "ap-northeast-1"),
            Gcp("gcp-belgium", "europe-west1"), Gcp("gcp-sydney", "australia-southeast1"), Azure("azure-netherlands", "westeurope"), Aws("aws-nowhere", "xx-nowhere-1"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "clouds.json"), new JsonObject { ["clouds"] = clouds }.ToJsonString());
        _server = await IsobarServer.StartAsync(DashboardFixture.Options(_folder));

        JsonNode Aws(string name, string region) => new JsonObject { ["name"] = name, ["kind"] = "aws", ["region"] = region, ["endpoint"] = name == "aws-tokyo" ? "http://127.0.0.1:1" : there.Aws, ["accessKeyIdFrom"] = Key, ["secretAccessKeyFrom"] = Key };
        JsonNode Gcp(string name, string region) => new JsonObject { ["name"] = name, ["kind"] = "gcp", ["region"] = region, ["endpoint"] = there.Gcp, ["project"] = google["GOOGLE_CLOUD_PROJECT"], ["keyFile"] = google["GOOGLE_APPLICATION_CREDENTIALS"] };
        JsonNode Azure(string name, string region) => new JsonObject
        {
            ["name"] = name, ["kind"] = "azure", ["region"] = region, ["endpoint"] = there.Azure, ["subscription"] = azure.Subscription, ["resourceGroup"] = azure.ResourceGroup, ["workspace"] = azure.Workspace,
            ["tenant"] = azure.Tenant, ["clientId"] = azure.ClientId, ["clientSecretFrom"] = Key,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1440, "wide", ColorScheme.Light)]
    [InlineData(1440, "wide", ColorScheme.Dark)]
    [InlineData(800, "middle", ColorScheme.Light)]
    [InlineData(360, "small", ColorScheme.Light)]
    [InlineData(360, "small", ColorScheme.Dark)]
    public async Task Map_OfTwelveClouds_IsReadableAndAccessible(int width, string size, ColorScheme theme)
    {
        await using var window = await fixture.Chromium.OpenAsync(_server.Addresses.Control, theme, width);
        await window.GoAsync("/dashboard");
        await window.PictureAsync($"map-{size}");
        // Ten lie somewhere: not this machine, and not a region that nobody knows the place of.
        var pins = window.Page.Locator($".world .pins.{size} .pin");
        await Assertions.Expect(pins).ToHaveCountAsync(10);
        await Assertions.Expect(window.Page.Locator(".docked .pin")).ToHaveCountAsync(2);
        var boxes = new List<LocatorBoundingBoxResult>();
        foreach (var pin in await pins.AllAsync())
        {
            var box = await pin.BoundingBoxAsync();
            // The other sizes' labels are not there for anybody.
            Assert.NotNull(box);
            Assert.True(box is { Width: >= 24, Height: >= 24 }, $"{box.Width} by {box.Height}");
            Assert.DoesNotContain(boxes, b => b.X < box.X + box.Width && box.X < b.X + b.Width && b.Y < box.Y + box.Height && box.Y < b.Y + b.Height);
            boxes.Add(box);
        }
        await Assertions.Expect(window.Page.Locator(".world .pin:visible")).ToHaveCountAsync(10);
        Assert.True(await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width);
        Assert.Empty(await window.ViolationsAsync());
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Map_ByKeyboardAndWithoutSeeingIt_TellsEachCloudAndLeadsToItsCard()
    {
        await using var window = await fixture.Chromium.OpenAsync(_server.Addresses.Control);
        await window.GoAsync("/dashboard");
        var map = window.Page.GetByRole(AriaRole.List, new() { Name = "Clouds on the map" });
        await map.GetByRole(AriaRole.Link, new() { Name = "aws-tokyo, aws ap-northeast-1, an emulator on this machine: unreachable" }).WaitForAsync();
        await map.GetByRole(AriaRole.Link, new() { Name = "aws-ireland, aws eu-west-1, an emulator on this machine: healthy" }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("aws-frankfurt", await window.Page.EvaluateAsync<string>("() => document.activeElement.dataset.pin"));
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/dashboard/#cloud-aws-frankfurt");
        await Assertions.Expect(window.Page.Locator("#cloud-aws-frankfurt")).ToBeInViewportAsync();
        await window.Page.GetByText("emulators, drawn where the region lies that it stands for").WaitForAsync();
        Assert.Empty(window.Faults);
    }
}
