using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Isobar.Faults.Gateway;

/// <summary>A steady load on a service, counted.</summary>
/// <param name="body">What each caller sends.</param>
/// <param name="type">Its MIME type, which is wanted back too.</param>
/// <param name="isRight">Whether an answer of a backend is the right one.</param>
internal sealed class GatewayLoad(string url, string body, string type, Func<string, string, bool> isRight)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _last, _longest;
    private int _requests;

    /// <summary>On backends that answer with their name.</summary>
    public GatewayLoad(string url) : this(url, """{"instances": [[1, 2, 3]]}""", "application/json", (backend, text) => text == $$"""{"predictions": ["{{backend}}"]}""") { }

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
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, type) };
            request.Headers.Accept.ParseAdd(type);
            request.Headers.Add("X-Request-Deadline", (DateTimeOffset.UtcNow + Deadline).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            using var reply = await _http.SendAsync(request);
            var text = await reply.Content.ReadAsStringAsync();
            var backend = reply.Headers.TryGetValues("X-Isobar-Backend", out var names) ? names.First() : "?";
            if (!reply.IsSuccessStatusCode || !isRight(backend, text)) _failures.Enqueue($"{(int)reply.StatusCode} of {backend}: {text}");
            else _answers.AddOrUpdate(backend, 1, (_, n) => n + 1);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { _failures.Enqueue(e.Message); }
        var now = _watch.Elapsed.Ticks;
        var gap = now - Interlocked.Exchange(ref _last, now);
        if (gap > Volatile.Read(ref _longest)) Volatile.Write(ref _longest, gap);
    }
}
