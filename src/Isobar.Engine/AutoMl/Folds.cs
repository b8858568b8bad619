using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>Which rows are held out from which fit. Small data is cut several times: every cut holds each row out once more, so that it is less a matter of luck who wins.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="Parts">The rows held out, fit by fit.</param>
internal sealed record Folds(int Rows, IReadOnlyList<int[]> Parts)
{
    // Beyond this many cells a single holdout is as telling as five fits are dear.
    private const long ManyCells = 2_000_000;
    private const double HoldoutShare = 0.2;
    private const int FewRows = 1000;
    private const int RepeatsOfFew = 3;

    public int Count => Parts.Count;

    /// <summary>Whether each row is held out several times, as where there are few.</summary>
    public bool AreRepeated => Repeats > 1;

    /// <summary>How often each row is held out; 1 where only some are.</summary>
    public int Repeats => Math.Max(1, HeldOut.Count / Rows);

    /// <summary>Rows that some fit holds out, fit by fit.</summary>
    public IReadOnlyList<int> HeldOut { get; } = [.. Parts.SelectMany(p => p)];

    public IReadOnlyList<int> Training(int fold)
    {
        var held = Parts[fold].ToHashSet();
        return [.. Enumerable.Range(0, Rows).Where(r => !held.Contains(r))];
    }

    public IReadOnlyList<int> Validation(int fold) => Parts[fold];

    /// <summary>The last rows are held out: they came as a validation channel.</summary>
    public static Folds Given(int rows, int validation) => new(rows, [[.. Enumerable.Range(rows - validation, validation)]]);

    /// <summary>Every class is spread evenly over the folds.</summary>
    /// <param name="repeats">How often the rows are cut; 0 for three times where there are few.</param>
    public static Folds Draw(int wanted, int repeats, double holdout, Matrix matrix, LearningTask task, int seed)
    {
        if (repeats == 0) repeats = matrix.Rows < FewRows ? RepeatsOfFew : 1;
        var count = Math.Min(wanted, matrix.Rows);
        var once = holdout > 0 || (long)matrix.Rows * matrix.Columns > ManyCells;
        if (once) (count, repeats) = (Math.Max(2, (int)Math.Round(1 / (holdout > 0 ? holdout : HoldoutShare))), 1);
        var parts = Enumerable.Range(0, repeats).SelectMany(repeat => Cut(count, matrix, task, seed + (repeat * 7919)));
        return new Folds(matrix.Rows, [.. once ? parts.Take(1) : parts]);
    }

    private static IEnumerable<int[]> Cut(int count, Matrix matrix, LearningTask task, int seed)
    {
        var order = Enumerable.Range(0, matrix.Rows).ToArray();
        new Random(seed).Shuffle(order);
        // Sorted by the label, rows of a class go to the folds in turn.
        if (task != LearningTask.Regression) order = [.. order.OrderBy(r => matrix.Labels![r])];
        return Enumerable.Range(0, count).Select(fold => Enumerable.Range(0, order.Length).Where(i => i % count == fold).Select(i => order[i]).Order().ToArray());
    }
}
