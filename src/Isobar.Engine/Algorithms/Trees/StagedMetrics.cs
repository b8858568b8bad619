using System.Globalization;
using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>What an ensemble scored after each of its rounds, worked out from the finished trees: for a trainer that reports nothing while it runs.</summary>
internal static class StagedMetrics
{
    /// <summary>Reports every round; returns how many rounds to keep: all of them, or with early stopping those up to the best on the validation data.</summary>
    /// <param name="rounds">The trees of each round, one a target.</param>
    public static int Report(FitContext context, IReadOnlyList<IReadOnlyList<Tree>> rounds, IReadOnlyList<double> bases)
    {
        var metric = Metric(context);
        var train = new Stage(context.Train, bases);
        var validation = context.Validation is null ? null : new Stage(context.Validation, bases);
        var patience = context.Values.Int("early_stopping_rounds");
        var best = (Round: 0, Value: double.NaN);
        for (var round = 0; round < rounds.Count; round++)
        {
            context.Progress.Metric(Scores.DialectName(context.Request, $"train:{metric}"), train.Next(rounds[round], context, metric), round);
            if (validation is null) continue;
            var value = validation.Next(rounds[round], context, metric);
            context.Progress.Metric(Scores.DialectName(context.Request, $"validation:{metric}"), value, round);
            var better = double.IsNaN(best.Value) || (metric == "auc" ? value > best.Value : value < best.Value);
            if (better) best = (round + 1, value);
            else if (patience > 0 && round + 1 - best.Round >= patience)
            {
                context.Progress.Log(string.Create(CultureInfo.InvariantCulture, $"Stopping early: the best validation {metric} was {best.Value:0.######} in round {best.Round}."));
                break;
            }
        }
        return patience > 0 && best.Round > 0 ? best.Round : rounds.Count;
    }

    private static string Metric(FitContext context) => context.Values["metric"] switch
    {
        "logloss" or "error" or "auc" or "default" or "quantile" when context.Task == LearningTask.Regression => "rmse",
        "default" or "rmse" or "mae" or "mse" or "quantile" when context.Task != LearningTask.Regression => "logloss",
        "auc" when context.Task == LearningTask.Multiclass => "logloss",
        var named => named,
    };

    /// <summary>The raw scores of some rows, round by round.</summary>
    private sealed class Stage(Matrix rows, IReadOnlyList<double> bases)
    {
        private readonly double[] _raw = [.. Enumerable.Range(0, rows.Rows * bases.Count).Select(i => bases[i % bases.Count])];

        public double Next(IReadOnlyList<Tree> trees, FitContext context, string metric)
        {
            Parallel.For(0, rows.Rows, r =>
            {
                foreach (var tree in trees) _raw[r * bases.Count + tree.Target] += tree.Evaluate(rows.Row(r));
            });
            return context.Task switch
            {
                LearningTask.Regression => Scores.Regression(rows.Labels, Array.ConvertAll(_raw, x => (float)x))[metric],
                LearningTask.Binary => Scores.Classification(rows.Labels, [.. _raw.SelectMany(x => new[] { Logistic(-x), Logistic(x) })], 2)[metric],
                _ => Scores.Classification(rows.Labels, Softmax(bases.Count), bases.Count)[metric],
            };
        }

        private static float Logistic(double x) => (float)(1 / (1 + Math.Exp(-x)));

        private float[] Softmax(int classes)
        {
            var result = new float[_raw.Length];
            for (var r = 0; r < rows.Rows; r++)
            {
                var row = _raw.AsSpan(r * classes, classes);
                double top = double.NegativeInfinity, sum = 0;
                foreach (var x in row) top = Math.Max(top, x);
                foreach (var x in row) sum += Math.Exp(x - top);
                for (var c = 0; c < classes; c++) result[r * classes + c] = (float)(Math.Exp(row[c] - top) / sum);
            }
            return result;
        }
    }
}
