using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.AutoMl;

/// <summary>What every candidate said of the held-out rows that weights are chosen on, in the form that the objective is quickest to judge.</summary>
internal sealed class SelectionRows
{
    // More rows make the choice slower and hardly better.
    private const int Most = 10_000;
    private const int PartsOfAHoldout = 5;
    private const float Least = 1e-15f;

    private readonly Objective _objective;
    private readonly int _classes;
    private readonly int _width;
    private readonly float[] _labels;
    private readonly int[] _part;

    /// <summary>What each candidate said.</summary>
    public IReadOnlyList<float[]> Predictions { get; }

    /// <summary>The algorithm of each candidate.</summary>
    public IReadOnlyList<string> Algorithms { get; }

    /// <summary>Whether the rows are so few that each was held out several times.</summary>
    public bool AreFew { get; }

    /// <summary>Whether the rows are few and a single mistake may cost more than all else: under the log loss a sure one costs without bound.</summary>
    public bool MayHideSureMistakes { get; }

    /// <summary>Groups of rows; those of one data row are in one of them, however often it was held out.</summary>
    public int Parts { get; }

    public SelectionRows(IReadOnlyList<Candidate> candidates, Folds folds, Matrix matrix, int classes, Objective objective)
    {
        (_objective, _classes) = (objective, classes);
        Algorithms = [.. candidates.Select(c => c.Spec.Algorithm)];
        AreFew = folds.AreRepeated;
        MayHideSureMistakes = AreFew && objective.Name == "logloss";
        var places = Enumerable.Range(0, folds.HeldOut.Count).ToArray();
        if (places.Length > Most)
        {
            new Random(1).Shuffle(places);
            Array.Resize(ref places, Most);
        }
        // The first cut says which part a row is in: later cuts hold the same rows out again.
        var home = new Dictionary<int, int>();
        for (var fold = 0; fold < folds.Count; fold++)
            foreach (var row in folds.Validation(fold)) home.TryAdd(row, fold);
        _part = [.. places.Select((p, i) => folds.Count == 1 ? i % PartsOfAHoldout : home[folds.HeldOut[p]])];
        Parts = _part.Max() + 1;
        _labels = [.. places.Select(p => matrix.Labels![folds.HeldOut[p]])];
        // The log loss reads the probability of the true class and nothing else.
        _width = objective.Name == "logloss" ? 1 : classes;
        Predictions = [.. candidates.Select(c => _width == classes
            ? places.SelectMany(p => c.HeldOut.AsSpan(p * classes, classes).ToArray()).ToArray()
            : places.Select((p, i) => c.HeldOut[p * classes + (int)_labels[i]]).ToArray())];
    }

    /// <summary>The rows of one part, or those of all others; all rows for a negative part.</summary>
    public int[] Rows(int part, bool others) => [.. Enumerable.Range(0, _labels.Length).Where(i => part < 0 || (_part[i] == part) != others)];

    public float[] Pick(float[] predictions, int[] rows)
    {
        if (rows.Length == _labels.Length) return predictions;
        var picked = new float[rows.Length * _width];
        for (var i = 0; i < rows.Length; i++) predictions.AsSpan(rows[i] * _width, _width).CopyTo(picked.AsSpan(i * _width));
        return picked;
    }

    /// <summary>What is to be made small over some rows, of predictions of those rows.</summary>
    public Func<float[], double> Loss(int[] rows)
    {
        var labels = rows.Select(r => _labels[r]).ToArray();
        return _objective.Name switch
        {
            "logloss" => LogLoss,
            "rmse" or "mse" or WeightedScores.Rmse => predicted => SquaredError(predicted, labels),
            _ => predicted => _objective.Loss(labels, predicted, _classes),
        };
    }

    private static double LogLoss(float[] ofTheTrue)
    {
        double sum = 0;
        foreach (var p in ofTheTrue) sum -= MathF.Log(Math.Clamp(p, Least, 1));
        return sum / ofTheTrue.Length;
    }

    private static double SquaredError(float[] predicted, float[] labels)
    {
        double sum = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var error = predicted[i] - labels[i];
            sum += error * error;
        }
        return sum / labels.Length;
    }
}
