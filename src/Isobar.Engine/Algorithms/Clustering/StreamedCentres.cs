namespace Isobar.Engine.Algorithms.Clustering;

/// <summary>
/// The streaming k-means of SageMaker's documentation: more centres than asked for follow the mini-batches, older points counting ever less where a half-life is set,
/// and Lloyd's iterations join them to k.
/// </summary>
/// <param name="Extra">Centres while streaming, as a multiple of k.</param>
/// <param name="HalfLife">Points after which a point weighs half; 0: all weigh the same.</param>
internal sealed record StreamedCentres(int K, int Batch, int Epochs, int Extra, double HalfLife, bool StartPlusPlus, LloydSettings Joining, int Trials)
{
    // 1. draw the first centres from the first batch; 2. let each batch's points draw their nearest centres; 3. join the centres, the best of several trials.
    public float[] Run(Matrix train, Random random, CancellationToken ct)
    {
        // 1.
        var (width, count) = (train.Columns, Math.Min(K * Extra, train.Rows));
        var first = Math.Max(count, Math.Min(Batch, train.Rows));
        var even = new double[first];
        Array.Fill(even, 1);
        var centres = WeightedLloyd.Start(train.Values[..(first * width)], even, width, count, StartPlusPlus, random);
        var weights = new double[count];

        // 2.
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            for (var from = 0; from < train.Rows; from += Batch)
            {
                ct.ThrowIfCancellationRequested();
                Follow(train, from, Math.Min(Batch, train.Rows - from), centres, weights);
            }
        }
        if (count == K) return centres;

        // 3.
        return Enumerable.Range(0, Trials).Select(_ => WeightedLloyd.Run(centres, weights, width, K, Joining, random, ct)).MinBy(t => t.Cost).Centres;
    }

    private void Follow(Matrix train, int from, int rows, float[] centres, double[] weights)
    {
        var width = train.Columns;
        var near = new int[rows];
        Parallel.For(0, rows, r => near[r] = Lloyd.Nearest(train.Row(from + r), centres).Index);
        if (HalfLife > 0)
        {
            var fades = Math.Pow(0.5, rows / HalfLife);
            for (var c = 0; c < weights.Length; c++) weights[c] *= fades;
        }
        for (var r = 0; r < rows; r++)
        {
            var row = train.Row(from + r);
            var share = 1 / ++weights[near[r]];
            for (var i = 0; i < width; i++) centres[(near[r] * width) + i] += (float)(share * (row[i] - centres[(near[r] * width) + i]));
        }
    }
}
