namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Fits by the solver asked for, as many models as are to be tried.</summary>
internal static class LinearFit
{
    /// <summary>Each tried model's weights, score by score, each with its bias last.</summary>
    /// <param name="scale">The size of a typical error.</param>
    public static IEnumerable<double[]> Run(Matrix train, Matrix? validation, ILinearLoss loss, double scale, LinearSettings settings, CancellationToken ct) =>
        settings.Tried().Select(tried => tried.Solver == "minibatch" ? MiniBatchFit.Run(train, validation, loss, tried, ct) : SmoothFit.Run(train, loss, scale, tried, ct));

    /// <summary>The weights with the lowest mean loss on some rows.</summary>
    public static double[] Best(IEnumerable<double[]> tried, Matrix rows, ILinearLoss loss)
    {
        var goal = new LinearGoal(rows, loss);
        var all = Enumerable.Range(0, rows.Rows).ToArray();
        return tried.MinBy(w => goal.Evaluate(w, all, 1e-9, []))!;
    }
}
