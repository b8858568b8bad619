using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Trees;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.Algorithms;

/// <summary>The graph and the trainer must agree on every row: raw scores within 1e-4 of the larger of 1 and the score.</summary>
public sealed class TreeEnsembleExportTests
{
    public static TheoryData<int, string, int> Cases()
    {
        var cases = new TheoryData<int, string, int>();
        for (var seed = 0; seed < 12; seed++)
        {
            cases.Add(seed, "regression", 1);
            cases.Add(seed, "binary", 1);
            cases.Add(seed, "multiclass", 2 + seed % 9);
            cases.Add(seed, "poisson", 1);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AddTrees_RandomData_EqualsLightGbm(int seed, string objective, int classes)
    {
        if (!LightGbmNative.IsAvailable(out var reason)) Assert.Skip(reason);
        var random = new Random(seed);
        var train = Random(random, 300 + seed * 20, 1 + seed % 7, objective, classes, missing: seed % 3 * 0.1);
        var parameters = new Dictionary<string, string>
        {
            ["objective"] = objective, ["metric"] = "None", ["verbosity"] = "-1", ["num_leaves"] = "15", ["min_data_in_leaf"] = "3", ["num_threads"] = "1", ["deterministic"] = "true",
        };
        if (objective == "multiclass") parameters["num_class"] = classes.ToString();
        string model;
        using (var booster = new LightGbmBooster(parameters, train, null, null))
        {
            for (var i = 0; i < 20; i++) booster.Update();
            model = booster.Save(0);
        }
        // Rows never seen, with missing values in columns that had none.
        var rows = Random(random, 500, train.Columns, objective, classes, missing: 0.2);
        var expected = LightGbmBooster.PredictRaw(model, rows);
        var ensemble = LightGbmModelText.Parse(model);
        var graph = new GraphBuilder("test");
        graph.Output(graph.AddTrees(graph.Input("x", TensorProto.Types.DataType.Float, train.Columns), ensemble), "raw", TensorProto.Types.DataType.Float, ensemble.Targets);
        using var session = new InferenceSession(graph.ToBytes());
        using var input = OrtValue.CreateTensorValueFromMemory(rows.Values, [rows.Rows, rows.Columns]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [input], ["raw"]);
        var actual = results[0].GetTensorDataAsSpan<float>();

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * Math.Max(1, Math.Abs(expected[i])), $"row {i}: {expected[i]} by the trainer, {actual[i]} by the graph");
    }

    private static Matrix Random(Random random, int rows, int columns, string objective, int classes, double missing)
    {
        var values = new float[rows * columns];
        var labels = new float[rows];
        for (var r = 0; r < rows; r++)
        {
            double sum = 0;
            for (var c = 0; c < columns; c++)
            {
                var x = (float)(random.NextDouble() * 10 - 5);
                if (c == 1) x = MathF.Round(x);
                sum += x * (c + 1);
                values[r * columns + c] = random.NextDouble() < missing ? float.NaN : x;
            }
            labels[r] = objective switch
            {
                "binary" => sum > 0 ? 1 : 0,
                "multiclass" => random.Next(classes),
                "poisson" => Math.Max(0, (float)Math.Round(Math.Abs(sum))),
                _ => (float)sum,
            };
        }
        return new Matrix(values, rows, columns, labels, null);
    }
}
