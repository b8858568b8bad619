using Microsoft.Extensions.Logging;

namespace Isobar.Server.Dashboard.Live;

/// <summary>Tells open pages, once a second, to look again. Nothing beats while no page is open.</summary>
internal sealed partial class Pulse(TimeProvider time, ILogger<Pulse> log) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly List<Func<Task>> _pages = [];
    private ITimer? _timer;

    /// <summary>Pages that listen.</summary>
    public int Pages { get { lock (_lock) return _pages.Count; } }

    /// <summary>Calls a page with every beat until what is given back is disposed.</summary>
    public IDisposable Follow(Func<Task> page)
    {
        lock (_lock)
        {
            _pages.Add(page);
            _timer ??= time.CreateTimer(_ => Beat(), null, Every, Every);
        }
        return new Following(this, page);
    }

    public void Dispose()
    {
        lock (_lock) _timer?.Dispose();
    }

    private void Beat()
    {
        Func<Task>[] pages;
        lock (_lock) pages = [.. _pages];
        foreach (var page in pages) _ = CallAsync(page);
    }

    private async Task CallAsync(Func<Task> page)
    {
        try { await page().ConfigureAwait(false); }
        catch (ObjectDisposedException) { /* The page was closed in this very moment. */ }
#pragma warning disable CA1031 // One page's fault must stop neither the beat nor the other pages.
        catch (Exception e) { LogFault(log, e); }
#pragma warning restore CA1031
    }

    private void Leave(Func<Task> page)
    {
        lock (_lock)
        {
            _pages.Remove(page);
            if (_pages.Count > 0) return;
            _timer?.Dispose();
            _timer = null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page of the dashboard could not be brought up to date.")]
    private static partial void LogFault(ILogger logger, Exception fault);

    private sealed class Following(Pulse pulse, Func<Task> page) : IDisposable
    {
        public void Dispose() => pulse.Leave(page);
    }
}
