using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.AutoMl;
using Isobar.Engine.AutoMl.Images;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class ImageAutoMlTests : IDisposable
{
    private const int EachTrain = 8, EachTest = 4;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_FoldersOfPatterns_TellsUnseenPicturesApart()
    {
        WriteFolders("train", 0, EachTrain);
        WriteFolders("test", 1000, EachTest);
        var manifest = (await RunAsync()).Value;
        Assert.Equal(Patterns.Kinds, manifest.Classes);
        Assert.Equal(["image"], manifest.Columns.Select(c => c.Name));
        Assert.True(manifest.Metrics["test:accuracy"] >= 0.9, $"accuracy {manifest.Metrics["test:accuracy"]}");
        Assert.Equal(0, Wrong(_folder["out/model.onnx"]));
    }

    [Fact]
    public async Task Train_ListOfPictures_TakesItsLabels()
    {
        Directory.CreateDirectory(_folder["in/train/files"]);
        var lines = new List<string>();
        foreach (var (kind, i) in Patterns.Kinds.SelectMany(k => Enumerable.Range(0, EachTrain).Select(i => (k, i))))
        {
            await File.WriteAllBytesAsync(_folder[$"in/train/files/{kind}{i}.png"], Patterns.Draw(kind, i));
            lines.Add($$"""{"source-ref": "s3://bucket/prefix/files/{{kind}}{{i}}.png", "class": "{{kind}}"}""");
        }
        await File.WriteAllLinesAsync(_folder["in/train/pictures.manifest"], lines);
        Assert.Equal(Patterns.Kinds, (await RunAsync()).Value.Classes);
    }

    [Fact]
    public async Task Train_PictureInNoFolder_IsNamed()
    {
        Directory.CreateDirectory(_folder["in/train"]);
        await File.WriteAllBytesAsync(_folder["in/train/lost.png"], Patterns.Draw("dots", 1));
        Assert.Contains("lost.png lies in no folder", (await RunAsync()).Error!.Message);
    }

    [Fact]
    public async Task Train_FileThatIsNoPicture_IsNamed()
    {
        WriteFolders("train", 0, EachTrain);
        await File.WriteAllTextAsync(_folder["in/train/dots/broken.jpg"], "no picture");
        var error = (await RunAsync()).Error!;
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("broken.jpg", error.Message);
    }

    [Fact]
    public void Decode_JsonOfSeveral_EqualsTheFilesThemselves()
    {
        var files = Patterns.Kinds.Select((k, i) => Patterns.Draw(k, i)).ToList();
        using var batch = new TensorBatch([new OnnxPort("image", TensorElementType.UInt8, [-1, ImagePixels.Size, ImagePixels.Size, 3])]);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { instances = files.Select(f => new { content = Convert.ToBase64String(f) }) });
        Assert.True(ImageRequest.Decode("application/json", body, batch).IsOk);
        Assert.Equal(3, batch.Rows);
        var pixels = new byte[ImagePixels.Length];
        for (var i = 0; i < files.Count; i++)
        {
            Assert.Null(ImagePixels.Decode(files[i], pixels));
            Assert.True(batch[0].Bytes.Slice(i * ImagePixels.Length, ImagePixels.Length).SequenceEqual(pixels));
        }
    }

    [Theory]
    [InlineData("application/json", "{\"instances\": [{\"picture\": 1}]}", "Instance 1 has no picture")]
    [InlineData("application/json", "{\"instances\": [{\"content\": \"aGVsbG8=\"}]}", "neither JPEG nor PNG")]
    [InlineData("image/png", "hello", "neither JPEG nor PNG")]
    [InlineData("text/csv", "1,2", "is not taken by a model of pictures")]
    public void Decode_WhatIsNoPicture_SaysWhatIsWanted(string type, string body, string expected)
    {
        using var batch = new TensorBatch([new OnnxPort("image", TensorElementType.UInt8, [-1, ImagePixels.Size, ImagePixels.Size, 3])]);
        Assert.Contains(expected, ImageRequest.Decode(type, System.Text.Encoding.UTF8.GetBytes(body), batch).Error!.Message);
    }

    private void WriteFolders(string channel, int seed, int each)
    {
        foreach (var kind in Patterns.Kinds)
        {
            Directory.CreateDirectory(_folder[$"in/{channel}/{kind}"]);
            for (var i = 0; i < each; i++) File.WriteAllBytes(_folder[$"in/{channel}/{kind}/{i}.png"], Patterns.Draw(kind, seed + i));
        }
    }

    /// <summary>Pictures that the written graph takes for another kind.</summary>
    private static int Wrong(string model)
    {
        using var session = new InferenceSession(model);
        var wrong = 0;
        foreach (var (kind, i) in Patterns.Kinds.SelectMany(k => Enumerable.Range(5000, 3).Select(i => (k, i))))
        {
            var pixels = new byte[ImagePixels.Length];
            Assert.Null(ImagePixels.Decode(Patterns.Draw(kind, i), pixels));
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, ImagePixels.Size, ImagePixels.Size, 3]);
            using var run = new RunOptions();
            using var results = session.Run(run, ["image"], [input], ["label"]);
            if (results[0].GetStringTensorAsArray()[0] != kind) wrong++;
        }
        return wrong;
    }

    private Task<Result<ModelManifest>> RunAsync() => AutoMlTrainer.TrainAsync(
        new TrainingRequest
        {
            Algorithm = "automl",
            Task = LearningTask.Multiclass,
            Layout = new DataLayout { Format = DataFormat.Images },
            Seed = 7,
            HyperParameters = new Dictionary<string, string> { ["folds"] = "2", ["max_candidates"] = "3", ["algorithms"] = "logistic,k-nearest-neighbours" },
        },
        new TrainingFolders(_folder["in"], _folder["out"], null, _folder["data"]), new Quiet(), TimeProvider.System, TestContext.Current.CancellationToken);

    private sealed class Quiet : ITrainingProgress
    {
        public void Metric(string name, double value, int? step) { }

        public void Log(string line) { }
    }
}
