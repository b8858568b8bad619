using System.Collections.Concurrent;
using System.Text;

namespace Isobar.Cli.Demo.Failover;

/// <summary>Asks one address again and again, as fast as it was told to and no faster, and keeps count of who answered and when.</summary>
internal sealed class SteadyLoad(HttpClient http, Uri address, string row, string expected, TimeProvider time)
{
    public const string BackendHeader = "X-Isobar-Backend";
    private readonly ConcurrentDictionary<string, Seen> _seen = new();
    private readonly long _began = time.GetTimestamp();
    private int _requests, _failed;
    private long _lastAnswer, _longestGap;

    public int Requests => Volatile.Read(ref _requests);
    public int Failed => Volatile.Read(ref _failed);
    public string? FirstFailure { get; private set; }

    /// <summary>The longest time without any answer.</summary>
    public TimeSpan LongestGap => TimeSpan.FromTicks(Volatile.Read(ref _longestGap));

    /// <summary>Answers of each backend so far.</summary>
    public IReadOnlyDictionary<string, int> Answers => _seen.ToDictionary(s => s.Key, s => s.Value.Count);

    public int AnswersOf(string backend) => _seen.TryGetValue(backend, out var seen) ? seen.Count : 0;

    /// <summary>Callers that each ask once per pause, until told to end.</summary>
    public Task RunAsync(int callers, TimeSpan pause, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, callers).Select(async i =>
    {
        try
        {
            await Task.Delay(pause * i / callers, time, stop);
            using var beat = new PeriodicTimer(pause, time);
            do await AskAsync(); while (await beat.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) { /* Told to end. */ }
    }));

    private async Task AskAsync()
    {
        string? failure;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(row, Encoding.UTF8, "text/csv") };
            request.Headers.Accept.ParseAdd("text/csv");
            using var reply = await http.SendAsync(request, CancellationToken.None);
            var text = await reply.Content.ReadAsStringAsync(CancellationToken.None);
            failure = !reply.IsSuccessStatusCode ? $"{(int)reply.StatusCode} {text}" : text.StartsWith(expected, StringComparison.Ordinal) ? null : $"{text.Trim()} instead of {expected}";
            if (failure is null) _seen.GetOrAdd(reply.Headers.TryGetValues(BackendHeader, out var names) ? names.First() : "?", _ => new Seen()).Add();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { failure = e.Message; }
        Interlocked.Increment(ref _requests);
        if (failure is null)
        {
            Answered();
            return;
        }
        FirstFailure ??= failure;
        Interlocked.Increment(ref _failed);
    }

    private void Answered()
    {
        var now = time.GetElapsedTime(_began).Ticks;
        var gap = now - Interlocked.Exchange(ref _lastAnswer, now);
        for (var longest = Volatile.Read(ref _longestGap); gap > longest;)
        {
            var found = Interlocked.CompareExchange(ref _longestGap, gap, longest);
            if (found == longest) break;
            longest = found;
        }
    }

    private sealed class Seen
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Add() => Interlocked.Increment(ref _count);
    }
}
