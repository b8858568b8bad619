namespace Isobar.Azure.Protocols.Arm;

/// <summary>Lets one change of a resource run at a time: it is a document here and a thing of the engine, and both must be of the same request.</summary>
internal sealed class ArmLocks
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IDisposable> EnterAsync(ArmId id, CancellationToken ct)
    {
        var stripe = _stripes[(uint)string.GetHashCode(id.Key, StringComparison.Ordinal) % _stripes.Length];
        await stripe.WaitAsync(ct).ConfigureAwait(false);
        return new Entered(stripe);
    }

    private sealed class Entered(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
