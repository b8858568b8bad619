using System.Text.Json;
using Microsoft.Playwright;

namespace Isobar.Dashboard.Tests.Harness;

/// <summary>A browser's window on the dashboard.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    public Window(IBrowserContext context, IPage page, string host)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _faults.Add($"script: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _faults.Add($"console: {message.Text}");
        };
        page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Authority != host) _faults.Add($"asked elsewhere: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser complained of, and what it asked of others.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Opens a page, and waits until its circuit stands: then it is live.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await LiveAsync();
    }

    /// <summary>Waits until the circuit stands.</summary>
    public Task LiveAsync() => Page.WaitForFunctionAsync("() => 'live' in document.documentElement.dataset");

    /// <summary>Takes pictures of the whole page, in both themes, where <c>ISOBAR_SCREENSHOTS</c> names a folder; of a narrow window one.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("ISOBAR_SCREENSHOTS") is not { Length: > 0 } folder) return;
        if (Page.ViewportSize!.Width < 600)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-narrow.png"), FullPage = true });
            return;
        }
        foreach (var (theme, word) in new[] { (ColorScheme.Dark, "dark"), (ColorScheme.Light, "light") })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{word}.png"), FullPage = true });
        }
    }

    /// <summary>What axe finds against WCAG 2.0 to 2.2, A and AA, and its own best practices; empty where all is well.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        var axe = Path.Combine(AppContext.BaseDirectory, "axe.min.js");
        Assert.SkipUnless(File.Exists(axe), "axe-core is not installed; npm ci --prefix tests/Isobar.Dashboard.Tests, and build again.");
        await Page.EvaluateAsync(await File.ReadAllTextAsync(axe));
        var found = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? '')).slice(0, 3).join(' | ')}`)");
        return [.. found.EnumerateArray().Select(v => v.GetString()!)];
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
