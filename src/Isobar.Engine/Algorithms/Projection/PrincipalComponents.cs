using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

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
        HyperParameter.Choice("method", "exact works out every eigenvector; randomized sketches the largest (Halko, Martinsson and Tropp, SIAM Review 2011).", "exact", "randomized"),
        HyperParameter.Int("extra_components", -1, -1, 10_000, "Of randomized: columns of the sketch beyond the components, the more the closer; -1 for the larger of 10 and the components."),
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
        var (vectors, variances) = context.Values["method"] == "randomized" ? Sketched(covariance, k, context) : Exact(covariance, k);
        var components = new float[d * k];
        for (var c = 0; c < k; c++)
        {
            var vector = vectors.Column(c);
            var sign = Math.Sign(vector[vector.AbsoluteMaximumIndex()]);
            for (var i = 0; i < d; i++) components[i * k + c] = (float)(vector[i] * sign);
            context.Progress.Log(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Component {c + 1} explains {variances[c] / Math.Max(covariance.Trace(), 1e-300):P2} of the variance."));
        }
        return new ComponentsModel(components, [.. mean.Select(m => (float)m)], k);
    }

    private static (Matrix<double> Vectors, double[] Variances) Exact(Matrix<double> covariance, int count)
    {
        var eigen = covariance.Evd(Symmetricity.Symmetric);
        // Eigenvalues come in rising order.
        var order = Enumerable.Range(0, count).Select(c => covariance.RowCount - 1 - c).ToArray();
        return (Matrix<double>.Build.DenseOfColumnVectors(order.Select(eigen.EigenVectors.Column)), [.. order.Select(i => eigen.EigenValues[i].Real)]);
    }

    /// <summary>The eigenvectors within the span of the covariance's products with a few random vectors.</summary>
    private static (Matrix<double> Vectors, double[] Variances) Sketched(Matrix<double> covariance, int count, FitContext context)
    {
        var extra = context.Values.Int("extra_components") is >= 0 and var told ? told : Math.Max(10, count);
        var random = new Random(context.Request.Seed);
        var sketch = Matrix<double>.Build.Dense(covariance.RowCount, Math.Min(covariance.RowCount, count + extra), (_, _) => (2 * random.NextDouble()) - 1);
        var span = (covariance * sketch).QR(QRMethod.Thin).Q;
        var (within, variances) = Exact(span.TransposeThisAndMultiply(covariance * span), count);
        return (span * within, variances);
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
