using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.AutoMl;

/// <summary>What a search found: fitted candidates in the order of their trial, and the lines of all.</summary>
internal sealed record SearchOutcome(IReadOnlyList<Candidate> Candidates, IReadOnlyList<LeaderboardRow> Unfinished);

/// <summary>Fits candidate after candidate until the budget is used up.</summary>
internal sealed class AutoMlSearch(AutoMlData data, Folds folds, AutoMlOptions options, Objective objective, CandidateStore store, ITrainingProgress progress, TimeProvider time)
{
    // What comes after the search (ensemble, importance, writing) takes its share of the budget.
    private const double SearchShare = 0.9;
    // What is slow on this data is cut short, so that it does not take the time of all others.
    private const double CandidateShare = 0.25;
    private const string TimedOut = "timed-out";
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _earlier;

    /// <summary>What is left of the whole budget; work of an attempt that was interrupted counts.</summary>
    public TimeSpan Left => options.Budget - _earlier - time.GetElapsedTime(_started);

    public Result<SearchOutcome> Run(IEnumerable<CandidateSpec> plan, CancellationToken ct)
    {
        var fitted = new List<Candidate>();
        var unfinished = new List<LeaderboardRow>();
        var (best, bestAt, tried) = (double.NaN, 0, 0);
        foreach (var spec in plan.Take(options.MaxCandidates))
        {
            ct.ThrowIfCancellationRequested();
            if (IsEnough(best, tried - Math.Max(bestAt, SearchBounds.First))) break;
            tried++;
            var candidate = store.Load(spec);
            var kept = candidate is not null;
            if (candidate is not null) _earlier += candidate.Duration;
            var left = Left - options.Budget * (1 - SearchShare);
            if (candidate is null)
            {
                if (left <= TimeSpan.Zero) break;
                (candidate, var row) = Fit(spec, left, ct);
                ct.ThrowIfCancellationRequested();
                if (row is not null) unfinished.Add(row);
                // One that took too long for itself leaves time for others.
                if (row?.Status == TimedOut && Left - options.Budget * (1 - SearchShare) <= TimeSpan.Zero) break;
                if (candidate is null) continue;
                store.Save(candidate);
            }
            fitted.Add(candidate);
            var value = candidate.Measures.Average(objective.Of);
            if (double.IsNaN(best) || (objective.Maximize ? value > best : value < best)) (best, bestAt) = (value, tried);
            progress.Metric(Scores.DialectName(data.Request, $"validation:{objective.Name}"), best, fitted.Count);
            progress.Log(string.Create(CultureInfo.InvariantCulture, $"{spec.Name}: {objective.Name} {value:0.#####} in {candidate.Duration.TotalSeconds:0.0} s{(!kept ? "" : " (kept from the earlier attempt)")}; best {best:0.#####}; {Math.Max(0, Left.TotalSeconds):0} s left"));
        }
        if (fitted.Count > 0) return new SearchOutcome(fitted, unfinished);
        return unfinished.Exists(r => r.Status == TimedOut) || unfinished.Count == 0
            ? new Error(ErrorCode.DeadlineExceeded, string.Create(CultureInfo.InvariantCulture, $"The budget of {options.Budget.TotalSeconds:0.#} s ended before a candidate was fitted; give more (max_seconds, max_candidate_seconds)."))
            : new Error(ErrorCode.InvalidArgument, $"No candidate could be fitted. {unfinished[0].Name}: {unfinished[0].Reason}");
    }

    private bool IsEnough(double best, int without)
    {
        if (options.Bounds.ExitScore is { } exit && (objective.Maximize ? best >= exit : best <= exit))
        {
            progress.Log(string.Create(CultureInfo.InvariantCulture, $"{objective.Name} {best:0.#####} is as good as was asked for ({exit})."));
            return true;
        }
        if (options.Bounds.Patience == 0 || without < options.Bounds.Patience) return false;
        progress.Log($"The last {without} candidates were no better.");
        return true;
    }

    private (Candidate? Candidate, LeaderboardRow? Unfinished) Fit(CandidateSpec spec, TimeSpan left, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var own = options.Bounds.CandidateTime is { } most && most < left ? most : left;
        using var limit = new CancellationTokenSource(own, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var row = new LeaderboardRow(spec.Name, spec.Algorithm) { HyperParameters = spec.Shown };
        try
        {
            if (Candidate.Fit(spec, data, folds, left < options.Budget * CandidateShare ? left : options.Budget * CandidateShare, time, both.Token).TryGet(out var candidate, out var error)) return (candidate, null);
            progress.Log($"{spec.Name}: {error.Message}");
            return (null, row with { Status = "failed", Reason = error.Message, Seconds = time.GetElapsedTime(started).TotalSeconds });
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var why = own < left ? string.Create(CultureInfo.InvariantCulture, $"It took longer than {own.TotalSeconds:0.#} s.") : "The budget was used up.";
            progress.Log($"{spec.Name}: {why}");
            return (null, row with { Status = TimedOut, Reason = why, Seconds = time.GetElapsedTime(started).TotalSeconds });
        }
    }
}
