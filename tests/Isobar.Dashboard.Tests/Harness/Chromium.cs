using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests.Harness;

/// <summary>The system's Chromium, driven by Playwright. No browser is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Program { get; } = Environment.GetEnvironmentVariable("ISOBAR_CHROMIUM") is { Length: > 0 } named ? named
        : Names.SelectMany(n => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, n))).FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>A window of its own; everything that it asks of other hosts fails the test.</summary>
    public async Task<Window> OpenAsync(string address, ColorScheme theme = ColorScheme.Light, int width = 1280, int height = 900)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed; apt-get install chromium, or name it with ISOBAR_CHROMIUM.");
        var context = await _browser.NewContextAsync(new() { BaseURL = address, ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = width, Height = height } });
        context.SetDefaultTimeout(60_000);
        return new Window(context, await context.NewPageAsync(), new Uri(address).Authority);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
