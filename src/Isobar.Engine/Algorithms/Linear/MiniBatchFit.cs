namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Weights and biases by steps over shuffled batches of rows, epoch after epoch.</summary>
internal static class MiniBatchFit
{
    /// <summary>The width of a kink where steps need no smoothing.</summary>
    private const double Kink = 1e-9;
    private static readonly double[] Rates = [0.005, 0.03, 0.2, 1];

    /// <summary>The weights; where no learning rate is told, those of the rate with the lowest training loss.</summary>
    public static double[] Run(Matrix train, Matrix? validation, ILinearLoss loss, LinearSettings settings, CancellationToken ct)
    {
        var all = Enumerable.Range(0, train.Rows).ToArray();
        var goal = new LinearGoal(train, loss);
        return (settings.Steps.Rate > 0 ? [settings.Steps.Rate] : Rates)
            .Select(rate => Descend(train, validation, loss, settings, rate, ct))
            .MinBy(weights => goal.Evaluate(weights, all, Kink, []) is var value && double.IsNaN(value) ? double.PositiveInfinity : value)!;
    }

    // 1. draw the start; 2. each epoch, step along every batch of the shuffled rows; 3. keep the best epoch, and end when none was better for a while.
    private static double[] Descend(Matrix train, Matrix? validation, ILinearLoss loss, LinearSettings settings, double rate, CancellationToken ct)
    {
        // 1.
        var steps = settings.Steps;
        var random = new Random(settings.Seed);
        var goal = new LinearGoal(train, loss);
        var watched = new LinearGoal(validation ?? train, loss);
        var watchedRows = Enumerable.Range(0, (validation ?? train).Rows).ToArray();
        var weights = Start(goal, settings, random);
        var rule = new StepRule(steps, rate, goal.Count);
        var order = Enumerable.Range(0, train.Rows).ToArray();
        var gradient = new double[goal.Count];
        var best = (Weights: (double[])weights.Clone(), Value: double.PositiveInfinity, Waited: 0);

        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            // 2.
            ct.ThrowIfCancellationRequested();
            random.Shuffle(order);
            for (var from = 0; from < order.Length; from += steps.Batch)
            {
                Array.Clear(gradient);
                goal.Evaluate(weights, order.AsSpan(from, Math.Min(steps.Batch, order.Length - from)), Kink, gradient);
                for (var i = 0; i < weights.Length; i++)
                {
                    if (i % goal.Width != goal.Width - 1) gradient[i] += settings.L2 * weights[i];
                    else gradient[i] = settings.Bias ? gradient[i] + (settings.BiasPenalty * settings.L2 * weights[i]) : 0;
                }
                rule.Step(weights, gradient, goal.Width, settings.L1);
            }

            // 3.
            if (steps.Patience == 0) continue;
            var value = watched.Evaluate(weights, watchedRows, Kink, []);
            if (value < best.Value * (1 - (Math.Sign(best.Value) * steps.Tolerance)) || double.IsPositiveInfinity(best.Value)) best = ((double[])weights.Clone(), value, 0);
            else if (++best.Waited >= steps.Patience) return best.Weights;
        }
        return steps.Patience == 0 ? weights : best.Weights;
    }

    private static double[] Start(LinearGoal goal, LinearSettings settings, Random random)
    {
        var weights = new double[goal.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            if (i % goal.Width == goal.Width - 1) weights[i] = settings.Bias ? settings.Steps.StartBias : 0;
            // Two uniform draws make one normal one (Box and Muller, 1958).
            else if (settings.Steps.NormalStart) weights[i] = settings.Steps.StartSize * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            else weights[i] = settings.Steps.StartSize * ((2 * random.NextDouble()) - 1);
        }
        return weights;
    }
}
