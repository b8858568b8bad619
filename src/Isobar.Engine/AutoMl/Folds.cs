using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>Which rows are held out in which fold; -1: a row that is never held out.</summary>
internal sealed record Folds(int Count, int[] Of)
{
    // Beyond this many cells a single holdout is as telling as five fits are dear.
    private const long ManyCells = 2_000_000;
    private const double HoldoutShare = 0.2;

    /// <summary>Rows that some fold holds out, fold by fold.</summary>
    public IReadOnlyList<int> HeldOut { get; } = [.. Enumerable.Range(0, Of.Length).Where(r => Of[r] >= 0).OrderBy(r => Of[r])];

    public IReadOnlyList<int> Training(int fold) => [.. Enumerable.Range(0, Of.Length).Where(r => Of[r] != fold)];

    public IReadOnlyList<int> Validation(int fold) => [.. HeldOut.Where(r => Of[r] == fold)];

    /// <summary>The last rows are held out: they came as a validation channel.</summary>
    public static Folds Given(int rows, int validation) => new(1, [.. Enumerable.Range(0, rows).Select(r => r >= rows - validation ? 0 : -1)]);

    /// <summary>Every class is spread evenly over the folds.</summary>
    public static Folds Draw(int wanted, double holdout, Matrix matrix, LearningTask task, int seed)
    {
        var count = Math.Min(wanted, matrix.Rows);
        var once = holdout > 0 || (long)matrix.Rows * matrix.Columns > ManyCells;
        var parts = once ? Math.Max(2, (int)Math.Round(1 / (holdout > 0 ? holdout : HoldoutShare))) : count;
        var order = Enumerable.Range(0, matrix.Rows).ToArray();
        new Random(seed).Shuffle(order);
        if (task != LearningTask.Regression) order = [.. order.OrderBy(r => matrix.Labels![r])];
        var of = new int[matrix.Rows];
        for (var i = 0; i < order.Length; i++) of[order[i]] = once ? (i % parts == 0 ? 0 : -1) : i % parts;
        return new Folds(once ? 1 : count, of);
    }
}
