using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.Onnx;

/// <summary>The encoding that a graph does to raw cells must be the one that training did: within 1e-6 of the larger of 1 and the value, missing cells missing.</summary>
public sealed class EncoderGraphTests
{
    public static TheoryData<int, bool, bool> Cases()
    {
        var cases = new TheoryData<int, bool, bool>();
        for (var seed = 0; seed < 6; seed++)
        {
            cases.Add(seed, true, true);
            cases.Add(seed, true, false);
            cases.Add(seed, false, false);
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void AddTo_RandomTables_EncodesAsInTraining(int seed, bool impute, bool shift)
    {
        var random = new Random(seed);
        var request = new TrainingRequest { Algorithm = "x", Task = LearningTask.Regression, Layout = new DataLayout { Label = "y", Categorical = ["number2"] } };
        // Seeds 0 and 3 make tables of numbers alone, whose graph has one input.
        var train = Table(random, 200, texts: seed % 3, categories: 4);
        var encoder = FeatureEncoder.Learn(train, seed % 3 == 0 ? request with { Layout = new DataLayout { Label = "y" } } : request, new EncodingNeeds(impute, shift, shift)).Value;
        var rows = Table(random, seed == 1 ? 1 : 300, texts: seed % 3, categories: 9);
        var expected = encoder.Encode(rows).Value;
        var graph = new GraphBuilder("test");
        graph.Output(encoder.AddTo(graph), "encoded", TensorProto.Types.DataType.Float, encoder.Width);

        using var session = new InferenceSession(graph.ToBytes());
        Assert.Equal(seed % 3 == 0, session.InputNames.SequenceEqual(["features"]));
        var inputs = RawInputs.Of(encoder.ModelColumns, rows, 0, rows.Rows);
        using var run = new RunOptions();
        using var results = session.Run(run, [.. inputs.Keys], [.. inputs.Values], ["encoded"]);
        var actual = results[0].GetTensorDataAsSpan<float>();
        Assert.Equal(expected.Values.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            if (!impute && float.IsNaN(expected.Values[i])) Assert.True(float.IsNaN(actual[i]));
            else Graphs.Close(expected.Values[i], actual[i], 1e-6, $"value {i}");
        }
    }

    [Fact]
    public void AddTo_ColumnsNamedAsOutputs_KeepsThemApart()
    {
        var train = new DataTable([new DataColumn("score", [1, 2, 3], null), new DataColumn("label", null, ["a", "b", "a"]), new DataColumn("Gemm_0", [1, 0, 1], null), new DataColumn("y", [1, 2, 3], null)], 3);
        var encoder = FeatureEncoder.Learn(train, new TrainingRequest { Algorithm = "x", Task = LearningTask.Regression, Layout = new DataLayout { Label = "y" } }, new EncodingNeeds(true, true, true)).Value;
        var graph = new GraphBuilder("test");
        graph.Output(graph.Add("ReduceSum", [encoder.AddTo(graph)]), "score", TensorProto.Types.DataType.Float, null);
        using var session = new InferenceSession(graph.ToBytes());
        Assert.Equal(["score_input", "label_input", "Gemm_0"], session.InputNames);
    }

    private static DataTable Table(Random random, int rows, int texts, int categories)
    {
        var columns = new List<DataColumn> { new("y", [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextDouble())], null) };
        for (var c = 0; c < 4; c++)
        {
            // Column 3 is constant; the others miss some cells.
            columns.Add(new DataColumn($"number{c}", [.. Enumerable.Range(0, rows).Select(_ => c == 3 ? 5 : random.Next(8) == 0 ? float.NaN : c == 2 ? random.Next(categories) : (float)random.NextDouble() * 100)], null));
        }
        for (var t = 0; t < texts; t++)
            columns.Add(new DataColumn($"text {t}", null, [.. Enumerable.Range(0, rows).Select(_ => random.Next(8) == 0 ? null : $"käse, {random.Next(categories)}")]));
        return new DataTable(columns, rows);
    }
}
