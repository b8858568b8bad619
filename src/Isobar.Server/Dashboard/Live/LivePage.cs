using Microsoft.AspNetCore.Components;

namespace Isobar.Server.Dashboard.Live;

/// <summary>A page that reads again with every beat, and sends the browser what has changed.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private IDisposable? _following;
    private bool _busy, _gone;

    [Inject] private Pulse Pulse { get; set; } = null!;
    [Inject] private Follow Follow { get; set; } = null!;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task ReadAsync();

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => ReadAsync();

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // Runs in a browser's circuit alone: what is rendered for a request is not followed.
        if (firstRender) _following = Pulse.Follow(() => InvokeAsync(BeatAsync));
    }

    /// <summary>Reads and shows at once, after an action.</summary>
    protected async Task RefreshAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves the beat.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _gone = true;
        _following?.Dispose();
    }

    // A page that takes longer to read than a beat lasts skips beats.
    private async Task BeatAsync()
    {
        if (_busy || _gone || !Follow.On) return;
        _busy = true;
        try
        {
            await ReadAsync();
            if (!_gone) StateHasChanged();
        }
        finally { _busy = false; }
    }
}
