using System.Buffers;
using System.Text;
using Isobar.Aws.SageMakerRuntime.Codecs;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data.Records;
using Isobar.Engine.Serving;
using Microsoft.ML.OnnxRuntime.Tensors;

using Record = Isobar.Engine.Algorithms.Data.Records.Record;

namespace Isobar.Aws.Tests.SageMakerRuntime;

/// <summary>Golden replies, in the forms that SageMaker documents for each algorithm.</summary>
public sealed class ReplyFormatTests
{
    private static readonly OnnxPort[] Classes = [new("label", TensorElementType.Int64, [-1]), new("probabilities", TensorElementType.Float, [-1, 2]), new("margin", TensorElementType.Float, [-1, 1])];

    [Theory]
    [InlineData("binary:logistic", null, "0.25,0.75")]
    [InlineData("binary:logistic", "application/json", """{"predictions": [{"score": 0.25}, {"score": 0.75}]}""")]
    [InlineData("binary:logistic", "application/jsonlines", "{\"score\": 0.25}\n{\"score\": 0.75}\n")]
    [InlineData("binary:hinge", null, "0.0,1.0")]
    [InlineData("binary:logitraw", null, "-1.5,1.5")]
    public void XgBoost_Binary_RepliesAsTheContainer(string objective, string? accept, string expected) =>
        Assert.Equal(expected, Reply(new XgBoostCodecFactory(), LearningTask.Binary, Classes, TwoRows, accept, objective));

    [Theory]
    [InlineData("multi:softprob", "[0.75, 0.25],[0.25, 0.75]")]
    [InlineData("multi:softmax", "0.0,1.0")]
    public void XgBoost_Multiclass_RepliesAsTheContainer(string objective, string expected) =>
        Assert.Equal(expected, Reply(new XgBoostCodecFactory(), LearningTask.Multiclass, Classes, TwoRows, null, objective));

    [Fact]
    public void XgBoost_InBatch_WritesALineForEachRow() =>
        Assert.Equal("0.25\n0.75\n", Reply(new XgBoostCodecFactory(), LearningTask.Binary, Classes, TwoRows, "text/csv", "binary:logistic", new() { ["SAGEMAKER_BATCH"] = "true" }));

    [Theory]
    [InlineData(LearningTask.Binary, null, """{"predictions": [{"score": 0.25, "predicted_label": 0}, {"score": 0.75, "predicted_label": 1}]}""")]
    [InlineData(LearningTask.Multiclass, "application/json", """{"predictions": [{"score": [0.75, 0.25], "predicted_label": 0}, {"score": [0.25, 0.75], "predicted_label": 1}]}""")]
    [InlineData(LearningTask.Binary, "text/csv", "0.25,0\n0.75,1\n")]
    [InlineData(LearningTask.Binary, "application/jsonlines", "{\"score\": 0.25, \"predicted_label\": 0}\n{\"score\": 0.75, \"predicted_label\": 1}\n")]
    public void LinearLearner_Classes_ReplyAsDocumented(LearningTask task, string? accept, string expected) =>
        Assert.Equal(expected, Reply(new LinearLearnerCodecFactory(), task, Classes, TwoRows, accept));

    [Theory]
    [InlineData(null, """{"predictions": [{"closest_cluster": 1.0, "distance_to_cluster": 3.0}, {"closest_cluster": 2.0, "distance_to_cluster": 5.0}]}""")]
    [InlineData("text/csv", "1.0,3.0\n2.0,5.0\n")]
    [InlineData("application/jsonlines", "{\"closest_cluster\": 1.0, \"distance_to_cluster\": 3.0}\n{\"closest_cluster\": 2.0, \"distance_to_cluster\": 5.0}\n")]
    public void KMeans_Clusters_ReplyAsDocumented(string? accept, string expected) => Assert.Equal(expected, Reply(
        new KMeansCodecFactory(), LearningTask.Clustering, [new("cluster", TensorElementType.Int64, [-1]), new("distance", TensorElementType.Float, [-1])],
        batch => Fill(batch, [1L, 2L], [3f, 5f]), accept));

    [Theory]
    [InlineData(null, """{"projections": [{"projection": [1.0, 2.0]}, {"projection": [4.0, 5.0]}]}""")]
    [InlineData("text/csv", "1.0,2.0\n4.0,5.0\n")]
    public void Pca_Projections_ReplyAsDocumented(string? accept, string expected) => Assert.Equal(expected, Reply(
        new PcaCodecFactory(), LearningTask.Projection, [new("projection", TensorElementType.Float, [-1, 2])],
        batch =>
        {
            batch[0].Reset(2, 2);
            new float[] { 1, 2, 4, 5 }.CopyTo(batch[0].Values<float>());
        }, accept));

    [Fact]
    public void Knn_Labels_ReplyAsDocumented() =>
        Assert.Equal("""{"predictions": [{"predicted_label": 0.0}, {"predicted_label": 1.0}]}""", Reply(new KnnCodecFactory(), LearningTask.Multiclass, Classes, TwoRows, "application/json"));

    [Fact]
    public void RandomCutForest_Scores_ReplyAsDocumented() => Assert.Equal("""{"scores": [{"score": 0.5}, {"score": 0.25}]}""", Reply(
        new RandomCutForestCodecFactory(), LearningTask.Anomaly, [new("score", TensorElementType.Float, [-1])], batch => Scores(batch, 0.5f, 0.25f), null));

    [Fact]
    public void RecordIo_Reply_IsReadByTheSchema()
    {
        var bytes = Bytes(new KMeansCodecFactory(), LearningTask.Clustering, [new("cluster", TensorElementType.Int64, [-1]), new("distance", TensorElementType.Float, [-1])],
            batch => Fill(batch, [1L, 2L], [3f, 5f]), "application/x-recordio-protobuf", null, null);
        var length = BitConverter.ToInt32(bytes, 4);
        var record = Record.Parser.ParseFrom(bytes, 8, length);
        Assert.Equal([1f], record.Label["closest_cluster"].Float32Tensor.Values);
        Assert.Equal([3f], record.Label["distance_to_cluster"].Float32Tensor.Values);
        Assert.Equal(2 * (8 + ((length + 3) & ~3)), bytes.Length);
    }

    [Theory]
    [InlineData("text/csv", "Adelie,0.75\n\"Gentoo, big\",0.75\n")]
    [InlineData("application/json", """{"predictions": [{"predicted_label": "Adelie", "score": 0.75, "scores": {"Adelie": 0.75, "Gentoo, big": 0.25}}, {"predicted_label": "Gentoo, big", "score": 0.75, "scores": {"Adelie": 0.25, "Gentoo, big": 0.75}}]}""")]
    public void Neutral_Classes_ReplyByName(string accept, string expected)
    {
        OnnxPort[] ports = [new("label", TensorElementType.String, [-1]), Classes[1], Classes[2]];
        Assert.Equal(expected, Reply(new NeutralCodecFactory(), LearningTask.Binary, ports, batch =>
        {
            batch[0].Reset([2]);
            (batch[0].Strings[0], batch[0].Strings[1]) = ("Adelie", "Gentoo, big");
            Probabilities(batch);
        }, accept, classes: ["Adelie", "Gentoo, big"]));
    }

    [Fact]
    public void Accept_Unknown_IsRefused()
    {
        using var outputs = new TensorBatch(Classes);
        TwoRows(outputs);
        outputs.Rows = 2;
        var codec = Codec(new XgBoostCodecFactory(), LearningTask.Binary, Classes, null, null, null);
        Assert.Equal(Core.Results.ErrorCode.Unimplemented, codec.Encode("image/png", outputs, outputs, new ArrayBufferWriter<byte>()).Error!.Code);
        Assert.Equal("text/csv", codec.Encode("image/png, */*", outputs, outputs, new ArrayBufferWriter<byte>()).Value);
    }

    [Fact]
    public void Create_WithoutManifest_IsRefused() =>
        Assert.Contains("isobar/onnx", new XgBoostCodecFactory().Create(new CodecContext(new OnnxSignature([], []), "", null, new Dictionary<string, string>())).Error!.Message);

    private static string Reply(IInvocationCodecFactory factory, LearningTask task, OnnxPort[] ports, Action<TensorBatch> fill, string? accept, string? objective = null, Dictionary<string, string>? environment = null, string[]? classes = null) =>
        Encoding.UTF8.GetString(Bytes(factory, task, ports, fill, accept, objective, environment, classes));

    private static byte[] Bytes(IInvocationCodecFactory factory, LearningTask task, OnnxPort[] ports, Action<TensorBatch> fill, string? accept, string? objective, Dictionary<string, string>? environment, string[]? classes = null)
    {
        using var outputs = new TensorBatch(ports);
        fill(outputs);
        outputs.Rows = 2;
        var to = new ArrayBufferWriter<byte>();
        Assert.Null(Codec(factory, task, ports, objective, environment, classes).Encode(accept, outputs, outputs, to).Error?.Message);
        return to.WrittenSpan.ToArray();
    }

    private static IInvocationCodec Codec(IInvocationCodecFactory factory, LearningTask task, OnnxPort[] ports, string? objective, Dictionary<string, string>? environment, string[]? classes) => factory.Create(new CodecContext(
        new OnnxSignature([new("features", TensorElementType.Float, [-1, 2])], ports), "",
        new ModelManifest
        {
            Algorithm = "boosted-trees",
            Task = task,
            Columns = [new("f1", "number"), new("f2", "number")],
            Classes = classes ?? ["0", "1"],
            Annotations = objective is null ? new Dictionary<string, string>() : new() { ["objective"] = objective },
        }, environment ?? [])).Value;

    private static void TwoRows(TensorBatch batch)
    {
        batch[0].Reset([2]);
        new long[] { 0, 1 }.CopyTo(batch[0].Values<long>());
        Probabilities(batch);
    }

    private static void Probabilities(TensorBatch batch)
    {
        batch[1].Reset(2, 2);
        new[] { 0.75f, 0.25f, 0.25f, 0.75f }.CopyTo(batch[1].Values<float>());
        batch[2].Reset(2, 1);
        new[] { -1.5f, 1.5f }.CopyTo(batch[2].Values<float>());
    }

    private static void Fill(TensorBatch batch, long[] first, float[] second)
    {
        batch[0].Reset([2]);
        first.CopyTo(batch[0].Values<long>());
        batch[1].Reset([2]);
        second.CopyTo(batch[1].Values<float>());
    }

    private static void Scores(TensorBatch batch, params float[] scores)
    {
        batch[0].Reset([2]);
        scores.CopyTo(batch[0].Values<float>());
    }
}
