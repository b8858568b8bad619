using System.Text.Json.Serialization;
using Isobar.MultiCloud.Routing;

namespace Isobar.MultiCloud.Alerts;

/// <summary>Requests of a span of time.</summary>
/// <param name="From">Its beginning, in whole minutes since 1970.</param>
/// <param name="Failed">Of these: not answered.</param>
/// <param name="Slow">Of these: answered later than wanted.</param>
public sealed record RequestSpan(long From, long Requests, long Failed, long Slow);

/// <summary>What was counted of a service in the last three days: by the minute for six hours, by the half hour before that.</summary>
public sealed class RequestWindow
{
    private const int FineMinutes = 6 * 60, CoarseMinutes = 30, KeptMinutes = 3 * 24 * 60;
    private readonly List<RequestSpan> _spans;

    /// <summary>A window that goes on from what was kept.</summary>
    public RequestWindow(IReadOnlyList<RequestSpan>? kept = null) => _spans = [.. kept ?? []];

    /// <summary>What is to be kept.</summary>
    public IReadOnlyList<RequestSpan> Spans => _spans;

    /// <summary>Adds what came since the last time.</summary>
    public void Add(DateTimeOffset at, long requests, long failed, long slow)
    {
        var minute = Minute(at);
        _spans.RemoveAll(s => s.From < minute - KeptMinutes);
        Coarsen(minute - FineMinutes);
        if (requests == 0 && failed == 0) return;
        if (_spans is [.., { } last] && last.From == minute) _spans[^1] = last with { Requests = last.Requests + requests, Failed = last.Failed + failed, Slow = last.Slow + slow };
        else _spans.Add(new(minute, requests, failed, slow));
    }

    /// <summary>What was counted in the time before a moment.</summary>
    public (long Requests, long Failed, long Slow) Before(DateTimeOffset at, TimeSpan span)
    {
        var since = Minute(at) - (long)span.TotalMinutes;
        var (requests, failed, slow) = (0L, 0L, 0L);
        for (var i = _spans.Count - 1; i >= 0 && _spans[i].From > since; i--) (requests, failed, slow) = (requests + _spans[i].Requests, failed + _spans[i].Failed, slow + _spans[i].Slow);
        return (requests, failed, slow);
    }

    // Half hours are summed up once all of their minutes are old enough.
    private void Coarsen(long before)
    {
        var old = _spans.TakeWhile(s => s.From - s.From % CoarseMinutes + CoarseMinutes <= before).ToList();
        var sums = old.GroupBy(s => s.From - s.From % CoarseMinutes).Select(g => new RequestSpan(g.Key, g.Sum(s => s.Requests), g.Sum(s => s.Failed), g.Sum(s => s.Slow))).ToList();
        if (sums.Count == old.Count) return;
        _spans.RemoveRange(0, old.Count);
        _spans.InsertRange(0, sums);
    }

    private static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
}

/// <summary>What is kept of a service's requests.</summary>
/// <param name="Last">The counters of each server when they were last read: whoever goes on counts from there.</param>
/// <param name="Burning">What was told of each objective.</param>
public sealed record KeptRequests(IReadOnlyList<RequestSpan> Spans, IReadOnlyDictionary<string, TallyCounts>? Last = null, IReadOnlyDictionary<string, string?>? Burning = null);

/// <summary>How a service keeps an objective.</summary>
/// <param name="Objective"><c>availability</c> or <c>latency</c>.</param>
/// <param name="Target">The percent of requests that are to be answered, or answered in time.</param>
/// <param name="LatencyMs">What in time means.</param>
/// <param name="Hour">The percent of the last hour; null: nobody asked.</param>
/// <param name="ThreeDays">The percent of the last three days.</param>
/// <param name="Burning"><c>page</c> or <c>ticket</c> while its error budget burns too fast.</param>
public sealed record ObjectiveStanding(string Project, string Model, string Objective, double Target, double? LatencyMs, double? Hour, double? ThreeDays, long Requests, string? Burning);

/// <summary>Contracts of objectives.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptRequests))]
[JsonSerializable(typeof(IReadOnlyList<ObjectiveStanding>))]
public sealed partial class ObjectivesJson : JsonSerializerContext;
