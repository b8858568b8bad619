using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Algorithms.Clustering;

/// <summary>k-means by ML.NET (Yinyang k-means, Ding et al., ICML 2015).</summary>
internal sealed class KMeans : IAlgorithm
{
    public string Name => "k-means";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Clustering];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: false, Scale: false);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Int("k", 8, 1, 10_000, "Clusters."),
        HyperParameter.Int("epochs", 1000, 1, 100_000, "Most iterations."),
        HyperParameter.Choice("init", "How the first centres are drawn.", "kmeans++", "random"),
        HyperParameter.Int("trials", 1, 1, 100, "Fits from other draws, of which the tightest is kept."),
        HyperParameter.Float("tolerance", 1e-7, 0, 1e9, "The least relative gain of an iteration that is worth another."),
        HyperParameter.Int("batch", 0, 0, 10_000_000, "Rows that are looked at together while the data streams by; 0: all rows stay in sight, and what follows says nothing."),
        HyperParameter.Int("passes", 1, 1, 100_000, "Of batch: passes over the data."),
        HyperParameter.Int("extra_centres", 1, 1, 1000, "Of batch: centres while streaming, as a multiple of k; they are joined to k at the end."),
        HyperParameter.Float("half_life", 0, 0, 1e15, "Of batch: rows after which a row weighs half; 0: all weigh the same."),
        HyperParameter.Choice("stream_init", "Of batch: how the first of those centres are drawn.", "random", "kmeans++"),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        var (values, train) = (context.Values, context.Train);
        var k = values.Int("k");
        if (k > train.Rows) return Error.Invalid("k", values["k"], $"There are {train.Rows} rows; k cannot be larger.");
        if (values.Int("batch") > 0)
        {
            var streamed = new StreamedCentres(k, values.Int("batch"), values.Int("passes"), values.Int("extra_centres"), values.Float("half_life"), values["stream_init"] == "kmeans++",
                new(values["init"] == "kmeans++", values.Int("epochs"), values.Float("tolerance")), values.Int("trials"));
            return new CentresModel(streamed.Run(train, new Random(context.Request.Seed), ct), k, train.Columns);
        }
        return Enumerable.Range(0, values.Int("trials")).Select(trial => InSight(context, context.Request.Seed + trial)).MinBy(m => values.Int("trials") == 1 ? 0 : m.Cost(train))!;
    }

    private static CentresModel InSight(FitContext context, int seed)
    {
        var (values, train) = (context.Values, context.Train);
        var k = values.Int("k");
        var ml = new MLContext(seed);
        var model = ml.Clustering.Trainers.KMeans(new KMeansTrainer.Options
        {
            NumberOfClusters = k,
            MaximumNumberOfIterations = values.Int("epochs"),
            InitializationAlgorithm = values["init"] == "random" ? KMeansTrainer.InitializationAlgorithm.Random : KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
            OptimizationTolerance = (float)values.Float("tolerance"),
            NumberOfThreads = 1,
        }).Fit(MlData.Of(ml, train)).Model;
        VBuffer<float>[] centres = [];
        model.GetClusterCentroids(ref centres, out var count);
        return new CentresModel([.. centres.Take(count).SelectMany(c => c.DenseValues())], count, train.Columns);
    }

    /// <summary>Outputs <c>cluster</c> [N] (the nearest centre's number), <c>distance</c> [N] and <c>distances</c> [N, k], Euclidean.</summary>
    internal sealed record CentresModel(float[] Centres, int Count, int Width) : IFittedModel
    {
        /// <summary>The sum of the squared distances of rows to their nearest centres.</summary>
        public double Cost(Matrix rows)
        {
            double sum = 0;
            for (var r = 0; r < rows.Rows; r++) sum += Lloyd.Nearest(rows.Row(r), Centres).Distance;
            return sum;
        }

        public void AddTo(GraphBuilder graph, string features, FitContext context)
        {
            var distances = graph.Add("Sqrt", [graph.AddSquaredDistances(features, Centres, Count, Width)]);
            graph.Output(graph.Add("ArgMin", [distances], Attr("axis", 1L), Attr("keepdims", 0L)), "cluster", TensorProto.Types.DataType.Int64, null);
            graph.Output(graph.Add("ReduceMin", [distances], Attr("axes", [1L]), Attr("keepdims", 0L)), "distance", TensorProto.Types.DataType.Float, null);
            graph.Output(distances, "distances", TensorProto.Types.DataType.Float, Count);
        }
    }
}
