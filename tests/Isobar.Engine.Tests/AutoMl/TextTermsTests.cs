using System.Text.Json;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.AutoMl;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class TextTermsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AddTo_AnyText_WeighsAsTrainingDoes()
    {
        string[] texts = ["The cat sat on the mat", "the dog sat, on THE log!", "Größe und Cat-dog 12 12", "", "  ?!", "cat sat unknown words here", "mat mat mat", "12 und Größe"];
        var terms = TextTerms.Learn(texts, texts.Length);
        Assert.True(terms.Count > 8, $"{terms.Count}");
        foreach (var batch in new[] { texts, [""], ["the cat"], ["", "?"] })
        {
            var graphed = Run(terms, batch);
            for (var r = 0; r < batch.Length; r++)
            {
                var here = new float[terms.Count];
                terms.Weigh(batch[r], here);
                for (var i = 0; i < here.Length; i++) Assert.Equal(here[i], graphed[r * terms.Count + i], 1e-5);
            }
        }
    }

    [Fact]
    public async Task Train_SentencesOfSeveralKinds_AreToldApart()
    {
        var random = new Random(3);
        string[] good = ["wonderful", "great", "loved", "enjoyed", "brilliant"], bad = ["awful", "boring", "hated", "dull", "terrible"], filler = ["the film", "a story", "this one", "its music", "the actors", "an ending", "we", "they", "really", "somehow"];
        string Sentence(string[] telling) => string.Join(' ', Enumerable.Range(0, 8).Select(i => i == 4 ? telling[random.Next(telling.Length)] : filler[random.Next(filler.Length)]));
        Directory.CreateDirectory(_folder["in/train"]);
        Directory.CreateDirectory(_folder["in/test"]);
        await File.WriteAllLinesAsync(_folder["in/train/a.csv"], ["review,opinion", .. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? $"{Sentence(good)},good" : $"{Sentence(bad)},bad")]);
        await File.WriteAllLinesAsync(_folder["in/test/a.csv"], ["review,opinion", .. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? $"{Sentence(good)},good" : $"{Sentence(bad)},bad")]);
        var request = new TrainingRequest
        {
            Algorithm = "automl",
            Task = LearningTask.Binary,
            Layout = new DataLayout { Label = "opinion" },
            HyperParameters = new Dictionary<string, string> { ["max_candidates"] = "2", ["folds"] = "3", ["importance"] = "false", ["objective"] = "accuracy" },
        };
        var trained = await AutoMlTrainer.TrainAsync(request, new TrainingFolders(_folder["in"], _folder["out"], null), new Onnx.Graphs.Silent(), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(trained.IsOk, trained.Error?.ToString());
        Assert.Equal("text", trained.Value.Columns.Single().Type);
        Assert.True(trained.Value.Metrics["test:accuracy"] > 0.97, $"{trained.Value.Metrics["test:accuracy"]}");
        Assert.Equal("text", JsonSerializer.Deserialize(await File.ReadAllTextAsync(_folder["out/leaderboard.json"]), AutoMlJson.Default.Leaderboard)!.Columns.Single().Type);
    }

    private static float[] Run(TextTerms terms, string[] texts)
    {
        var graph = new GraphBuilder("text");
        graph.Output(terms.AddTo(graph, graph.Input("text", TensorProto.Types.DataType.String, 1)), "weights", TensorProto.Types.DataType.Float, terms.Count);
        using var session = new InferenceSession(graph.ToBytes());
        using var input = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [texts.Length, 1]);
        for (var i = 0; i < texts.Length; i++) input.StringTensorSetElementAt(texts[i].AsSpan(), i);
        using var run = new RunOptions();
        using var results = session.Run(run, ["text"], [input], ["weights"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
