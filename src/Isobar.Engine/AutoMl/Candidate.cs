using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Encoding;

namespace Isobar.Engine.AutoMl;

/// <summary>A fitted candidate: a model a fold, whose mean it predicts, and what those said of the rows held out from them.</summary>
/// <param name="HeldOut">Predictions in the order of <see cref="Folds.HeldOut"/>.</param>
/// <param name="Measures">Every measure, fold by fold.</param>
internal sealed record Candidate(CandidateSpec Spec, EncodingNeeds Needs, IReadOnlyList<FoldModel> Models, float[] HeldOut, IReadOnlyList<IReadOnlyDictionary<string, double>> Measures, TimeSpan Duration)
{
    // 1. let folds share the time and the processors; 2. fit each; 3. ask each, trees after as many rounds as suit all of few rows; 4. measure.
    /// <param name="allowance">Time after which trees stop growing; what they are by then counts.</param>
    public static Result<Candidate> Fit(CandidateSpec spec, AutoMlData data, Folds folds, TimeSpan allowance, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        if (!CandidateFit.Of(spec, data).TryGet(out var fit, out var error)) return error;

        // 1.
        var lanes = Math.Min(folds.Count, Environment.ProcessorCount);
        // A little is left for what comes after the last tree.
        var share = 0.9 * allowance / Math.Ceiling((double)folds.Count / lanes);
        var fits = new Result<Fitted>[folds.Count];
        var results = new Result<(FoldModel Model, float[] HeldOut)>[folds.Count];

        // 2.
        try
        {
            Parallel.For(0, folds.Count, new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = ct }, fold =>
            {
                using var limit = new CancellationTokenSource(share, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
                fits[fold] = fit.Run(folds.Training(fold), folds.Validation(fold), folds.AreRepeated, fit.KeepsOnStop ? either.Token : ct);
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.All(i => i is OperationCanceledException))
        {
            // Several folds that are stopped at once come as one, which those who wait for a stop would not know.
            ct.ThrowIfCancellationRequested();
            throw;
        }
        if (fits.Select(f => f.Error).OfType<Error>().FirstOrDefault() is { } failed) return failed;

        // 3.
        var length = BoostingLength.Of([.. fits.Select(f => f.Value.Rounds)]);
        Parallel.For(0, folds.Count, new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = ct }, fold => results[fold] = fit.Finish(fits[fold].Value, folds.Validation(fold), length));
        if (results.Select(r => r.Error).OfType<Error>().FirstOrDefault() is { } strange) return strange;

        // 4.
        var measures = results.Select((r, fold) => Objective.Measure([.. folds.Validation(fold).Select(row => fit.Labels[row])], r.Value.HeldOut, fit.Classes)).ToList();
        return new Candidate(spec, fit.Needs, [.. results.Select(r => r.Value.Model)], [.. results.SelectMany(r => r.Value.HeldOut)], measures, time.GetElapsedTime(started));
    }
}
