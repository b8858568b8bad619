using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.Onnx;

/// <summary>Fits an algorithm to a matrix and runs the graph that it writes.</summary>
internal static class Graphs
{
    public static (IFittedModel Model, FitContext Context) Fit(string algorithm, LearningTask task, Matrix train, int classes = 0, params (string, string)[] values)
    {
        var request = new TrainingRequest { Algorithm = algorithm, Task = task, Seed = 11 };
        var known = AlgorithmCatalog.Find(algorithm)!;
        var names = classes == 0 ? null : Enumerable.Range(0, classes).Select(c => $"c{c:00}").ToArray();
        var context = new FitContext(request, HyperParameterValues.Check(known.HyperParameters, values.ToDictionary(v => v.Item1, v => v.Item2)).Value, train, null, names, new Silent(), null);
        return (known.Fit(context, CancellationToken.None).Value, context);
    }

    public static byte[] Write(IFittedModel model, FitContext context)
    {
        var graph = new GraphBuilder("test");
        model.AddTo(graph, graph.Input("features", TensorProto.Types.DataType.Float, context.Train.Columns), context);
        return graph.ToBytes();
    }

    /// <summary>One output for some rows, all in one batch.</summary>
    public static T[] Run<T>(byte[] graph, Matrix rows, string output) where T : unmanaged
    {
        using var session = new InferenceSession(graph);
        using var input = OrtValue.CreateTensorValueFromMemory(rows.Values, [rows.Rows, rows.Columns]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["features"], [input], [output]);
        return results[0].GetTensorDataAsSpan<T>().ToArray();
    }

    /// <summary>Random rows; column 1, where there is one, is constant.</summary>
    public static Matrix Rows(Random random, int rows, int columns, Func<double, float>? label = null, bool constant = false)
    {
        var values = new float[rows * columns];
        var labels = new float[rows];
        for (var r = 0; r < rows; r++)
        {
            double sum = 0;
            for (var c = 0; c < columns; c++)
            {
                var x = constant && c == 1 ? 3 : (float)((random.NextDouble() * 2 - 1) * Math.Pow(10, c % 4 - 1) + c);
                values[r * columns + c] = x;
                sum += x / Math.Pow(10, c % 4 - 1);
            }
            labels[r] = label is null ? (float)sum : label(sum + random.NextDouble());
        }
        return new Matrix(values, rows, columns, labels, null);
    }

    public static void Close(double expected, double actual, double tolerance, string where) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{where}: {expected} by the trainer, {actual} by the graph");

    internal sealed class Silent : ITrainingProgress
    {
        public void Metric(string name, double value, int? step) { }
        public void Log(string line) { }
    }
}
