using System.Diagnostics;
using System.Text;

namespace Isobar.Bench.Gateway;

/// <summary>What a load met with.</summary>
/// <param name="LongestGap">The longest time in which nobody got an answer.</param>
/// <param name="Slowest">The longest that one caller waited for a right answer.</param>
internal sealed record Met(int Requests, int Failed, TimeSpan LongestGap, TimeSpan Slowest);

/// <summary>Callers that ask one after another, with a breath in between, and count every request that did not get the right answer.</summary>
internal sealed class SteadyLoad(string url)
{
    private const int Callers = 8;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private Met _met = new(0, 0, TimeSpan.Zero, TimeSpan.Zero);
    private TimeSpan _last;

    /// <summary>Until <paramref name="stop"/>, and then until every request under way has been answered.</summary>
    public async Task<Met> RunAsync(CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await AskAsync();
                await Task.Delay(Breath);
            }
        })));
        _http.Dispose();
        return _met;
    }

    private async Task AskAsync()
    {
        var started = _watch.Elapsed;
        bool right;
        try
        {
            using var content = new StringContent("""{"instances": [[1, 2, 3]]}""", Encoding.UTF8, "application/json");
            using var reply = await _http.PostAsync(url, content);
            right = reply.IsSuccessStatusCode && await reply.Content.ReadAsStringAsync() is """{"predictions": ["a"]}""" or """{"predictions": ["b"]}""" or """{"predictions": ["c"]}""";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { right = false; }
        var now = _watch.Elapsed;
        lock (_lock)
        {
            _met = new Met(_met.Requests + 1, _met.Failed + (right ? 0 : 1), Longest(_met.LongestGap, right ? now - _last : TimeSpan.Zero), Longest(_met.Slowest, right ? now - started : TimeSpan.Zero));
            if (right) _last = now;
        }
    }

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
