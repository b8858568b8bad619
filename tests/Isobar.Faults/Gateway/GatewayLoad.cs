using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Isobar.Faults.Gateway;

/// <summary>A steady load on a service, counted.</summary>
internal sealed class GatewayLoad(string url)
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _last, _longest;
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);
    public IReadOnlyCollection<string> Failures => _failures;
    /// <summary>The longest time without any answer.</summary>
    public TimeSpan LongestGap => TimeSpan.FromTicks(Volatile.Read(ref _longest));

    public int Of(string backend) => _answers.GetValueOrDefault(backend);

    public Task RunAsync(int callers, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
        {
            await AskAsync();
            await Task.Delay(5);
        }
    })));

    private async Task AskAsync()
    {
        Interlocked.Increment(ref _requests);
        try
        {
            using var reply = await _http.PostAsync(url, new StringContent("""{"instances": [[1, 2, 3]]}""", Encoding.UTF8, "application/json"));
            var text = await reply.Content.ReadAsStringAsync();
            var backend = reply.Headers.TryGetValues("X-Isobar-Backend", out var names) ? names.First() : "?";
            if (!reply.IsSuccessStatusCode || text != $$"""{"predictions": ["{{backend}}"]}""") _failures.Enqueue($"{(int)reply.StatusCode} of {backend}: {text}");
            else _answers.AddOrUpdate(backend, 1, (_, n) => n + 1);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { _failures.Enqueue(e.Message); }
        var now = _watch.Elapsed.Ticks;
        var gap = now - Interlocked.Exchange(ref _last, now);
        if (gap > Volatile.Read(ref _longest)) Volatile.Write(ref _longest, gap);
    }
}
