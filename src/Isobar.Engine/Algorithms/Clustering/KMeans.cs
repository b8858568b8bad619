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
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        var (values, train) = (context.Values, context.Train);
        var k = values.Int("k");
        if (k > train.Rows) return Error.Invalid("k", values["k"], $"There are {train.Rows} rows; k cannot be larger.");
        var ml = new MLContext(context.Request.Seed);
        var model = ml.Clustering.Trainers.KMeans(new KMeansTrainer.Options
        {
            NumberOfClusters = k,
            MaximumNumberOfIterations = values.Int("epochs"),
            InitializationAlgorithm = values["init"] == "random" ? KMeansTrainer.InitializationAlgorithm.Random : KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
            NumberOfThreads = 1,
        }).Fit(MlData.Of(ml, train)).Model;
        VBuffer<float>[] centres = [];
        model.GetClusterCentroids(ref centres, out var count);
        return new CentresModel([.. centres.Take(count).SelectMany(c => c.DenseValues())], count, train.Columns);
    }

    /// <summary>Outputs <c>cluster</c> [N] (the nearest centre's number), <c>distance</c> [N] and <c>distances</c> [N, k], Euclidean.</summary>
    internal sealed record CentresModel(float[] Centres, int Count, int Width) : IFittedModel
    {
        public void AddTo(GraphBuilder graph, string features, FitContext context)
        {
            var distances = graph.Add("Sqrt", [graph.AddSquaredDistances(features, Centres, Count, Width)]);
            graph.Output(graph.Add("ArgMin", [distances], Attr("axis", 1L), Attr("keepdims", 0L)), "cluster", TensorProto.Types.DataType.Int64, null);
            graph.Output(graph.Add("ReduceMin", [distances], Attr("axes", [1L]), Attr("keepdims", 0L)), "distance", TensorProto.Types.DataType.Float, null);
            graph.Output(distances, "distances", TensorProto.Types.DataType.Float, Count);
        }
    }
}
