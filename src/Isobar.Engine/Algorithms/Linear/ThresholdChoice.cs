namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Above which probability a row counts as positive, and how good the model is there.</summary>
internal sealed record ThresholdChoice(float Threshold, double Value)
{
    public static string[] Criteria { get; } = ["none", "loss", "accuracy", "f_beta", "precision_at_target_recall", "recall_at_target_precision"];

    /// <summary>The best threshold for some rows: one half unless another is better, and lies midway between two probabilities.</summary>
    /// <param name="positive">The rows' probabilities of the second class.</param>
    public static ThresholdChoice Of(string criterion, ReadOnlySpan<float> labels, float[] positive, HyperParameterValues values)
    {
        var counts = new Counts(labels, positive, values);
        var best = new ThresholdChoice(0.5f, counts.Value(criterion, 0.5f));
        var steps = positive.Distinct().Order().ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var threshold = i == 0 ? steps[0] / 2 : steps[i - 1] + ((steps[i] - steps[i - 1]) / 2);
            // Midway between two neighbouring floats is one of the two.
            if (i > 0 && threshold <= steps[i - 1]) threshold = steps[i];
            var value = counts.Value(criterion, threshold);
            if (value > best.Value) best = new(threshold, value);
        }
        return best;
    }

    /// <summary>How many rows of each class lie at or above a probability.</summary>
    private sealed class Counts
    {
        private readonly HyperParameterValues _values;
        private readonly float[] _positives, _negatives;

        public Counts(ReadOnlySpan<float> labels, float[] positive, HyperParameterValues values)
        {
            _values = values;
            List<float> positives = [], negatives = [];
            for (var i = 0; i < positive.Length; i++) (labels[i] == 1 ? positives : negatives).Add(positive[i]);
            (_positives, _negatives) = ([.. positives.Order()], [.. negatives.Order()]);
        }

        public double Value(string criterion, float threshold)
        {
            double hits = AtLeast(_positives, threshold), false_ = AtLeast(_negatives, threshold);
            double precision = hits + false_ == 0 ? 0 : hits / (hits + false_), recall = _positives.Length == 0 ? 0 : hits / _positives.Length;
            return criterion switch
            {
                "accuracy" => (hits + _negatives.Length - false_) / Math.Max(1, _positives.Length + _negatives.Length),
                "f_beta" => FBeta(precision, recall, _values.Float("f_beta")),
                // What misses its target counts less than all that meet it.
                "precision_at_target_recall" => recall >= _values.Float("target_recall") ? precision : recall - 1,
                "recall_at_target_precision" => precision >= _values.Float("target_precision") ? recall : precision - 1,
                _ => throw new InvalidOperationException($"'{criterion}' sets no threshold."),
            };
        }

        private static int AtLeast(float[] sorted, float threshold)
        {
            int low = 0, high = sorted.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (sorted[middle] >= threshold) high = middle;
                else low = middle + 1;
            }
            return sorted.Length - low;
        }
    }

    /// <summary>The weighted harmonic mean of precision and recall; beta above 1 weighs recall more.</summary>
    public static double FBeta(double precision, double recall, double beta) => precision + recall == 0 ? 0 : (1 + (beta * beta)) * precision * recall / ((beta * beta * precision) + recall);
}
