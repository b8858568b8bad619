namespace Isobar.Engine.State;

/// <summary>Lets one change of a name run at a time: a resource of a dialect is a document there and a thing of the engine, and both must be of the same request.</summary>
public sealed class NameLocks
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for its turn; disposing what it gives ends it.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken ct)
    {
        var stripe = _stripes[(uint)string.GetHashCode(name, StringComparison.Ordinal) % _stripes.Length];
        await stripe.WaitAsync(ct).ConfigureAwait(false);
        return new Entered(stripe);
    }

    private sealed class Entered(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
