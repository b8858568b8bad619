using System.Collections.Concurrent;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Steps that run beside each other, and never two under one name.</summary>
/// <param name="failed">Is told of a step that threw: its next turn tries again.</param>
/// <param name="atOnce">So many run at the same time; null: all.</param>
internal sealed class Steps(Action<string, Exception> failed, int? atOnce = null)
{
    private readonly ConcurrentDictionary<string, Task> _running = new();
    private readonly SemaphoreSlim? _gate = atOnce is { } most ? new(most) : null;

    /// <summary>The names of those that are under way, or wait for their turn.</summary>
    public IEnumerable<string> UnderWay => _running.Keys;

    /// <summary>Begins a step; nothing, where one of the name is under way.</summary>
    public void Begin(string name, Func<CancellationToken, Task> step, CancellationToken ct)
    {
        var ended = new TaskCompletionSource();
        if (!_running.TryAdd(name, ended.Task)) return;
        // Never refused its turn by the token: whoever waits for the end waits for this.
        _ = Task.Run(async () =>
        {
            var entered = false;
            try
            {
                if (_gate is not null) await _gate.WaitAsync(ct).ConfigureAwait(false);
                entered = true;
                await step(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) { /* The server ends; what is stored says where to go on. */ }
            catch (Exception e) { failed(name, e); }
            finally
            {
                if (entered) _gate?.Release();
                _running.TryRemove(name, out _);
                ended.SetResult();
            }
        }, CancellationToken.None);
    }

    /// <summary>Waits for all that are under way.</summary>
    public async Task EndedAsync() => await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
