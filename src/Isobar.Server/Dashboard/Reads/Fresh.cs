namespace Isobar.Server.Dashboard.Reads;

/// <summary>
/// What was read, kept for a moment: many open pages ask no more often than one does, and those that ask at once share one reading. What takes long to read is kept
/// longer, so that a thousand models keep the server no busier than ten.
/// </summary>
internal sealed class Fresh<T>(Func<Task<T>> read, TimeSpan keep, TimeProvider time) where T : class
{
    private const int Patience = 10;
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile T? _value;
    private long _at;
    private TimeSpan _took;

    public async Task<T> GetAsync()
    {
        if (Kept is { } kept) return kept;
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Kept is { } meanwhile) return meanwhile;
            var began = time.GetTimestamp();
            var value = await read().ConfigureAwait(false);
            (_took, _at, _value) = (time.GetElapsedTime(began), time.GetTimestamp(), value);
            return value;
        }
        finally { _one.Release(); }
    }

    /// <summary>Has the next one who asks read again: something was changed.</summary>
    public void Forget() => _value = null;

    private T? Kept => _value is { } value && time.GetElapsedTime(Volatile.Read(ref _at)) < (keep > _took * Patience ? keep : _took * Patience) ? value : null;
}
