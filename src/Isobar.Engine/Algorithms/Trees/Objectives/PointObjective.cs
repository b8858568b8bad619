using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>A loss of each row by itself, one score a row: those that LightGBM has too, with their slopes at hand. Curvatures are XGBoost's.</summary>
internal sealed class PointObjective : IBoostingObjective
{
    private delegate (double Loss, double Slope, double Curve) Point(double score, double label);

    private readonly Matrix _train;
    private readonly Point _point;
    private readonly string _kind;
    private readonly double _positiveWeight;
    private readonly bool _binary;
    private readonly string _watched;

    private PointObjective(FitContext context, string kind, Point point, double start)
    {
        (_train, _kind, _point, Start, _watched) = (context.Train, kind, point, start, context.Values["metric"]);
        _binary = context.Task == LearningTask.Binary;
        _positiveWeight = _binary ? context.Values.Float("positive_weight") : 1;
    }

    public string Metric => _watched != "default" ? _watched : _kind switch { "logistic" or "cross_entropy" => "logloss", "squared" => "rmse", _ => _kind };
    public bool HigherIsBetter => _watched == "auc";
    public double Start { get; }

    /// <summary>The objective of a fit; null where LightGBM sets leaves by more than slopes.</summary>
    public static PointObjective? For(FitContext context)
    {
        var values = context.Values;
        var kind = context.Task == LearningTask.Binary ? "logistic" : values["objective"] == "default" ? "squared" : values["objective"];
        double power = values.Float("tweedie_variance_power"), delta = values.Float("alpha"), step = values.Float("max_delta_step");
        Point? point = kind switch
        {
            "squared" => (s, y) => ((s - y) * (s - y) / 2, s - y, 1),
            "logistic" or "cross_entropy" => Logistic,
            // XGBoost steadies Poisson's curvature by the largest step.
            "poisson" => (s, y) => (Math.Exp(s) - (y * s), Math.Exp(s) - y, Math.Exp(s + step)),
            "gamma" => (s, y) => (s + (y * Math.Exp(-s)), 1 - (y * Math.Exp(-s)), Math.Max(y * Math.Exp(-s), 1e-16)),
            "tweedie" => (s, y) => Tweedie(s, y, power),
            "huber" => (s, y) => PseudoHuber(s - y, delta),
            _ => null,
        };
        return point is null ? null : new(context, kind, point, Best(kind, context));
    }

    public void Derive(ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians)
    {
        for (var r = 0; r < scores.Length; r++)
        {
            var (_, slope, curve) = _point(scores[r], _train.Labels![r]);
            var weight = Weight(_train, r);
            (gradients[r], hessians[r]) = ((float)(slope * weight), (float)(curve * weight));
        }
    }

    public double Evaluate(Matrix rows, ReadOnlySpan<double> scores)
    {
        if (_kind == "squared" || _watched != "default") return Usual(rows, scores);
        double sum = 0, total = 0;
        for (var r = 0; r < scores.Length; r++)
        {
            var weight = Weight(rows, r);
            sum += weight * _point(scores[r], rows.Labels![r]).Loss;
            total += weight;
        }
        return sum / total;
    }

    public IReadOnlyDictionary<string, double>? Measure(Matrix rows, ReadOnlySpan<float> predictions) => null;

    private double Usual(Matrix rows, ReadOnlySpan<double> scores)
    {
        var name = _watched == "default" ? "rmse" : _watched;
        if (!_binary)
        {
            var predictions = new float[scores.Length];
            for (var r = 0; r < scores.Length; r++) predictions[r] = (float)(_kind switch { "poisson" or "gamma" or "tweedie" => Math.Exp(scores[r]), "cross_entropy" => Sigmoid(scores[r]), _ => scores[r] });
            return name == "auc" ? Scores.Auc(rows.Labels, predictions) : Scores.Regression(rows.Labels, predictions).GetValueOrDefault(name, double.NaN);
        }
        var classes = new float[2 * scores.Length];
        for (var r = 0; r < scores.Length; r++) (classes[2 * r], classes[(2 * r) + 1]) = ((float)Sigmoid(-scores[r]), (float)Sigmoid(scores[r]));
        return Scores.Classification(rows.Labels, classes, 2).GetValueOrDefault(name, double.NaN);
    }

    private double Weight(Matrix rows, int r) => (rows.Weights?[r] ?? 1) * (_positiveWeight != 1 && rows.Labels![r] == 1 ? _positiveWeight : 1);

    /// <summary>The score whose prediction is the labels' weighted mean.</summary>
    private static double Best(string kind, FitContext context)
    {
        var train = context.Train;
        var positive = context.Task == LearningTask.Binary ? context.Values.Float("positive_weight") : 1;
        double sum = 0, total = 0;
        for (var r = 0; r < train.Rows; r++)
        {
            var weight = (train.Weights?[r] ?? 1) * (train.Labels![r] == 1 ? positive : 1);
            sum += weight * train.Labels[r];
            total += weight;
        }
        var mean = total > 0 ? sum / total : 0;
        return kind switch
        {
            "logistic" or "cross_entropy" => Math.Clamp(mean, 1e-6, 1 - 1e-6) is var p ? Math.Log(p / (1 - p)) : 0,
            "poisson" or "gamma" or "tweedie" => Math.Log(Math.Max(mean, 1e-6)),
            _ => mean,
        };
    }

    private static (double, double, double) Logistic(double s, double y)
    {
        var p = Sigmoid(s);
        return (Math.Max(s, 0) + Math.Log(1 + Math.Exp(-Math.Abs(s))) - (y * s), p - y, Math.Max(p * (1 - p), 1e-16));
    }

    private static (double, double, double) Tweedie(double s, double y, double power)
    {
        double low = Math.Exp((1 - power) * s), high = Math.Exp((2 - power) * s);
        return ((-y * low / (1 - power)) + (high / (2 - power)), high - (y * low), ((2 - power) * high) - ((1 - power) * y * low));
    }

    private static (double, double, double) PseudoHuber(double off, double delta)
    {
        var root = Math.Sqrt(1 + (off * off / (delta * delta)));
        return (delta * delta * (root - 1), off / root, 1 / (root * root * root));
    }

    private static double Sigmoid(double score) => 1 / (1 + Math.Exp(-score));
}
