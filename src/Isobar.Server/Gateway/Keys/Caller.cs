using System.Collections.Concurrent;
using Isobar.MultiCloud.Routing;

namespace Isobar.Server.Gateway.Keys;

/// <summary>Who asks: the bearer of a key or of a token, or anyone.</summary>
/// <param name="id">A key's id, <c>oidc:</c> and a subject, or <c>anyone</c>.</param>
internal sealed class Caller(string id, KeyRate? rate = null, DailyQuota? quota = null)
{
    public static readonly Caller Anyone = new("anyone");
    // By names: a service that is changed makes backends anew, and those of before would be kept for ever.
    private readonly ConcurrentDictionary<(string Service, string Backend), UsageCell> _cells = new();

    public string Id => id;
    public KeyRate? Rate => rate;
    public DailyQuota? Quota => quota;

    /// <summary>What it has used since the last taking.</summary>
    public UsageCell Cell(string service, Backend? backend)
    {
        var key = (service, backend?.Definition.Name ?? "cache");
        return _cells.TryGetValue(key, out var cell) ? cell : _cells.GetOrAdd(key, _ => new UsageCell());
    }

    /// <summary>Takes out what was used.</summary>
    public IEnumerable<(string Service, string Backend, UsageCell Cell, UsageSums Sums)> Take()
    {
        foreach (var ((service, backend), cell) in _cells)
            if (cell.Take() is { Requests: > 0 } sums) yield return (service, backend, cell, sums);
    }
}

/// <summary>Counts of one caller at one backend of one service.</summary>
internal sealed class UsageCell
{
    private long _requests, _failed, _in, _out;

    public void Add(bool failed, int received, int sent)
    {
        Interlocked.Increment(ref _requests);
        if (failed) Interlocked.Increment(ref _failed);
        Interlocked.Add(ref _in, received);
        Interlocked.Add(ref _out, sent);
    }

    /// <summary>Gives back what could not be written down.</summary>
    public void Return(UsageSums sums)
    {
        Interlocked.Add(ref _requests, sums.Requests);
        Interlocked.Add(ref _failed, sums.Failed);
        Interlocked.Add(ref _in, sums.BytesIn);
        Interlocked.Add(ref _out, sums.BytesOut);
    }

    public UsageSums Take() => new(Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _failed, 0), Interlocked.Exchange(ref _in, 0), Interlocked.Exchange(ref _out, 0));
}

/// <summary>What was used.</summary>
internal readonly record struct UsageSums(long Requests, long Failed, long BytesIn, long BytesOut);
