using Grpc.Core;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;

namespace Isobar.Google.Tests.VertexAi;

public sealed class AlgorithmArgumentsTests
{
    [Theory]
    [InlineData("isobar/boosted-trees", "boosted-trees")]
    [InlineData("us-docker.pkg.dev/p/isobar/linear:latest", "linear")]
    [InlineData("localhost:5000/isobar/pca", "pca")]
    [InlineData("isobar/boosted-trees@sha256:abc", "boosted-trees")]
    [InlineData("isobar/nothing", null)]
    [InlineData("boosted-trees", null)]
    public void Recognise_Image_NamesTheAlgorithm(string image, string? expected) => Assert.Equal(expected, AlgorithmArguments.Recognise(image)?.Name);

    [Fact]
    public void Read_Arguments_AreChannelsAndHyperParameters()
    {
        var read = Read("--task=multiclass", "--label", "species", "--rounds=30", "--train=gs://bucket/train/", "--validation=gs://bucket/held.csv");
        Assert.Equal(["rounds"], read.HyperParameters.Keys);
        Assert.Equal([("train", "train/"), ("validation", "held.csv")], read.Channels.Select(c => (c.Name, c.Source.Key)));
        Assert.Equal("boosted-trees", Assert.IsType<AlgorithmProgram>(read.Program).Algorithm);
    }

    [Theory]
    [InlineData("--train", "--task=regression", "--label=y")]
    [InlineData("gs:", "--train=s3://bucket/x", "--task=regression", "--label=y")]
    [InlineData("--label", "--train=gs://bucket/x", "--task=regression")]
    [InlineData("--task", "--train=gs://bucket/x", "--task=poetry", "--label=y")]
    [InlineData("twice", "--train=gs://bucket/x", "--train=gs://bucket/y")]
    [InlineData("--name=value", "train")]
    public void Read_BadArgument_IsNamed(string named, params string[] args)
    {
        var fault = Assert.Throws<RpcException>(() => Read(args));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains(named, fault.Status.Detail, StringComparison.Ordinal);
    }

    private static AlgorithmArguments Read(params string[] args) => AlgorithmArguments.Read(AlgorithmArguments.Recognise("isobar/boosted-trees")!, args, null, "args");
}
