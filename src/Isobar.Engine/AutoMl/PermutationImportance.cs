using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.AutoMl;

/// <summary>How much worse the ensemble gets on held-out rows when a column is shuffled (Breiman, 2001; for any model: Fisher, Rudin and Dominici, 2019).</summary>
internal static class PermutationImportance
{
    private const int MaxRows = 1000;
    private const int Repeats = 3;

    public static Result<IReadOnlyList<ColumnImportance>> Measure(Ensemble ensemble, AutoMlData data, Folds folds, Objective objective, int seed, Func<bool> outOfTime, CancellationToken ct)
    {
        var sets = new List<MemberSet>();
        try
        {
            foreach (var candidate in ensemble.Members.Select(m => m.Candidate))
            {
                if (!data.Encoded(candidate.Needs).TryGet(out var encoded, out var error)) return error;
                sets.Add(new MemberSet(candidate, encoded.Matrix, encoded.Encoder.Spans.ToDictionary(s => s.Name), encoded.Encoder.Classes?.Count ?? 1, [.. candidate.Models.Select(m => m.Open())]));
            }
            // Rows of every fold in turn, so that each fold's model is asked about its own held-out rows.
            var rows = Enumerable.Range(0, folds.Count).Select(f => folds.Validation(f).Take(Math.Max(2, MaxRows / folds.Count)).ToArray()).ToArray();
            var labels = rows.SelectMany(r => r).Select(r => sets[0].Matrix.Labels![r]).ToArray();
            double Loss((string Column, int Seed)? shuffled) => objective.Loss(labels, Predict(ensemble, sets, rows, shuffled), sets[0].Classes);
            var whole = Loss(null);
            var found = new List<ColumnImportance>();
            foreach (var column in sets[0].Spans.Values.Where(s => s.Width > 0).Select(s => s.Name))
            {
                ct.ThrowIfCancellationRequested();
                if (outOfTime()) break;
                var worse = Enumerable.Range(0, Repeats).Select(repeat => Loss((column, seed + repeat)) - whole).ToArray();
                found.Add(new ColumnImportance(column, worse.Average(), Spread.Of(worse)));
            }
            return Result<IReadOnlyList<ColumnImportance>>.Ok([.. found.OrderByDescending(c => c.Mean).ThenBy(c => c.Column, StringComparer.Ordinal)]);
        }
        finally
        {
            foreach (var session in sets.SelectMany(s => s.Sessions)) session.Dispose();
        }
    }

    private static float[] Predict(Ensemble ensemble, IReadOnlyList<MemberSet> sets, int[][] rows, (string Column, int Seed)? shuffled)
    {
        var parts = new List<float[]>();
        foreach (var set in sets)
        {
            var all = new List<float>();
            for (var fold = 0; fold < rows.Length; fold++)
            {
                var matrix = set.Matrix.Pick(rows[fold]);
                if (shuffled is { } change) Shuffle(matrix, set.Spans[change.Column], change.Seed + 1000 * fold);
                all.AddRange(set.Candidate.Models[fold].Predict(set.Sessions[fold], matrix, set.Classes));
            }
            parts.Add([.. all]);
        }
        return ensemble.Predict(parts, sets[0].Classes);
    }

    private static void Shuffle(Matrix matrix, (string Name, int At, int Width) span, int seed)
    {
        // The order depends on the seed alone: every member sees the same shuffled column.
        var order = Enumerable.Range(0, matrix.Rows).ToArray();
        new Random(seed).Shuffle(order);
        var copy = new float[matrix.Rows * span.Width];
        for (var r = 0; r < matrix.Rows; r++) matrix.Row(order[r]).Slice(span.At, span.Width).CopyTo(copy.AsSpan(r * span.Width));
        for (var r = 0; r < matrix.Rows; r++) copy.AsSpan(r * span.Width, span.Width).CopyTo(matrix.Values.AsSpan(r * matrix.Columns + span.At));
    }

    private sealed record MemberSet(Candidate Candidate, Matrix Matrix, IReadOnlyDictionary<string, (string Name, int At, int Width)> Spans, int Classes, IReadOnlyList<InferenceSession> Sessions);
}
