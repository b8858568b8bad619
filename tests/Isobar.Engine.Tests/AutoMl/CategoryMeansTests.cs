using Isobar.Engine.Algorithms;
using Isobar.Engine.AutoMl;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class CategoryMeansTests
{
    private static readonly (int At, int Width)[] Spans = [(1, 3), (4, 4)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AddTo_Graph_EncodesAsTheTrainerDoes(int classes)
    {
        var train = Rows(60, classes, seed: 1);
        var (means, _) = CategoryMeans.Learn(train, Spans, classes, seed: 3);
        var asked = Rows(20, classes, seed: 2);
        // Missing everywhere it can be: a number, and a category that was never seen.
        asked.Values[0] = float.NaN;
        asked.Values.AsSpan(1, 7).Clear();
        var expected = means.Apply(asked);
        Assert.Equal(1 + (2 * (classes > 2 ? classes : 1)), expected.Columns);
        Assert.Equal(expected.Values, Run(means, asked).Select((x, i) => Math.Abs(x - expected.Values[i]) < 1e-5 ? expected.Values[i] : x));
    }

    [Fact]
    public void Learn_TrainingRow_DoesNotSeeItsOwnLabel()
    {
        var train = Rows(60, 1, seed: 1);
        var before = CategoryMeans.Learn(train, Spans, 1, seed: 3).Train;
        train.Labels![7] += 1000;
        var after = CategoryMeans.Learn(train, Spans, 1, seed: 3).Train;
        Assert.Equal(before.Row(7).ToArray(), after.Row(7).ToArray());
        Assert.NotEqual(before.Values, after.Values);
    }

    [Fact]
    public void Apply_RareCategory_IsDrawnTowardsTheMeanOfAll()
    {
        var values = new float[100 * 3];
        var labels = new float[100];
        // One row of the third category with a label far off; a hundred draw it back.
        for (var r = 0; r < 100; r++) (values[r * 3 + (r == 0 ? 2 : r % 2)], labels[r]) = (1, r == 0 ? 101 : 0);
        var train = new Matrix(values, 100, 3, labels, null);
        var (means, _) = CategoryMeans.Learn(train, [(0, 3)], 1, seed: 0);
        var encoded = means.Apply(train);
        Assert.Equal((101 + 10 * 1.01f) / 11, encoded.Values[0], 3);
    }

    private static float[] Run(CategoryMeans means, Matrix matrix)
    {
        var graph = new GraphBuilder("means");
        graph.Output(means.AddTo(graph, graph.Input("x", TensorProto.Types.DataType.Float, matrix.Columns)), "y", TensorProto.Types.DataType.Float, means.Width);
        using var session = new InferenceSession(graph.ToBytes());
        using var input = OrtValue.CreateTensorValueFromMemory(matrix.Values, [matrix.Rows, matrix.Columns]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [input], ["y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static Matrix Rows(int rows, int classes, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * 8];
        var labels = new float[rows];
        for (var r = 0; r < rows; r++)
        {
            int first = random.Next(3), second = random.Next(4);
            (values[r * 8], values[r * 8 + 1 + first], values[r * 8 + 4 + second]) = (random.NextSingle(), 1, 1);
            labels[r] = classes == 1 ? first * second + random.NextSingle() : (first + random.Next(2)) % classes;
        }
        return new Matrix(values, rows, 8, labels, null);
    }
}
