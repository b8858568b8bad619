namespace Isobar.Engine.Processes;

/// <summary>Where the dialects of this server answer, told once its ports are bound. A server that comes back may answer elsewhere than the one that wrote a job down.</summary>
public sealed class LocalAddresses
{
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, string>> _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Tells the URLs, by the names of the dialects.</summary>
    public void Set(IReadOnlyDictionary<string, string> urls) => _known.TrySetResult(urls);

    /// <summary>Puts the place where a dialect answers now for where it answered then, in every value that names it. Waits until it is known.</summary>
    internal async Task RenewAsync(Dictionary<string, string> variables, string dialect, string then, CancellationToken ct)
    {
        try { await _known.Task.WaitAsync(ct).ConfigureAwait(false); }
        // A job that is stopped while it waits is stopped by what follows.
        catch (OperationCanceledException) { return; }
        if (!(await _known.Task.ConfigureAwait(false)).TryGetValue(dialect, out var now)) return;
        // Some clients want the host and its port alone.
        var (old, current) = (new Uri(then).Authority, new Uri(now).Authority);
        if (old == current) return;
        foreach (var (name, value) in variables.ToList())
            if (value.Contains(old, StringComparison.Ordinal)) variables[name] = value.Replace(old, current, StringComparison.Ordinal);
    }
}
