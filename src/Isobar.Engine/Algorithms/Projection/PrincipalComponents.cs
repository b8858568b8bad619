using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using MathNet.Numerics.LinearAlgebra;

namespace Isobar.Engine.Algorithms.Projection;

/// <summary>Principal components: the covariance's eigenvectors, largest eigenvalue first; each one's largest entry is positive, so that the sign is settled.</summary>
internal sealed class PrincipalComponents : IAlgorithm
{
    public string Name => "pca";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Projection];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: false, Scale: false);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Int("components", 2, 1, 10_000, "Components to keep."),
        HyperParameter.Choice("center", "Whether the mean is taken off.", "true", "false"),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        int d = context.Train.Columns, n = context.Train.Rows, k = context.Values.Int("components");
        if (k > d) return Error.Invalid("components", context.Values["components"], $"There are {d} features; components cannot be more.");
        var mean = new double[d];
        if (context.Values.Flag("center"))
            for (var r = 0; r < n; r++)
                for (var i = 0; i < d; i++)
                    mean[i] += context.Train.Row(r)[i] / (double)n;
        var covariance = Matrix<double>.Build.Dense(d, d);
        for (var r = 0; r < n; r++)
        {
            var row = context.Train.Row(r);
            for (var i = 0; i < d; i++)
                for (var j = 0; j <= i; j++)
                    covariance[i, j] += (row[i] - mean[i]) * (row[j] - mean[j]) / Math.Max(1, n - 1);
        }
        for (var i = 0; i < d; i++)
            for (var j = i + 1; j < d; j++)
                covariance[i, j] = covariance[j, i];
        var eigen = covariance.Evd(Symmetricity.Symmetric);
        var components = new float[d * k];
        for (var c = 0; c < k; c++)
        {
            var vector = eigen.EigenVectors.Column(d - 1 - c);
            var sign = Math.Sign(vector[vector.AbsoluteMaximumIndex()]);
            for (var i = 0; i < d; i++) components[i * k + c] = (float)(vector[i] * sign);
            context.Progress.Log(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Component {c + 1} explains {eigen.EigenValues[d - 1 - c].Real / Math.Max(covariance.Trace(), 1e-300):P2} of the variance."));
        }
        return new ComponentsModel(components, [.. mean.Select(m => (float)m)], k);
    }

    /// <summary>Output <c>projection</c> [N, components].</summary>
    internal sealed record ComponentsModel(float[] Components, float[] Mean, int Count) : IFittedModel
    {
        public void AddTo(GraphBuilder graph, string features, FitContext context)
        {
            var centred = graph.Add("Sub", [features, graph.Floats(Mean, 1, Mean.Length)]);
            graph.Output(graph.Add("MatMul", [centred, graph.Floats(Components, Mean.Length, Count)]), "projection", TensorProto.Types.DataType.Float, Count);
        }
    }
}
