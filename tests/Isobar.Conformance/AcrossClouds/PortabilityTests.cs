using System.Globalization;
using System.Text;
using Isobar.Conformance.Aws;
using Isobar.Conformance.Azure;
using Isobar.Conformance.Google;
using Isobar.Conformance.OnPremises;
using Isobar.Core.Capabilities;

namespace Isobar.Conformance.AcrossClouds;

/// <summary>No lock-in: the same data, algorithm and seed give the same model in every cloud, and what one cloud has trained the others serve.</summary>
public sealed class PortabilityTests(AwsFixture aws, GoogleFixture google, AzureFixture azure, OnPremisesFixture machine)
    : IClassFixture<AwsFixture>, IClassFixture<GoogleFixture>, IClassFixture<AzureFixture>, IClassFixture<OnPremisesFixture>
{
    private const int Species = 3;
    private readonly ICloud[] _clouds = [aws.Cloud, google.Cloud, azure.Cloud, machine.Cloud];

    [Fact]
    public async Task Model_TrainedInEachCloud_PredictsTheSame_AndDeploysInTheOthers()
    {
        Assert.Equal(4, _clouds.Select(c => c.Name).Distinct().Count());
        var artifacts = await Task.WhenAll(_clouds.Select(TrainAsync));
        var own = await Task.WhenAll(_clouds.Zip(artifacts, (c, a) => PredictAsync(c, a.At)));
        Assert.Equal(Penguins.Held().Rows.Length, own[0].Count);
        Assert.All(own, predicted => AssertSame(own[0], predicted));

        for (var from = 0; from < _clouds.Length; from++)
        {
            var bytes = artifacts[from].Bytes;
            var others = await Task.WhenAll(_clouds.Where((_, i) => i != from).Select(c => ForeignAsync(c, bytes)));
            Assert.All(others, predicted => AssertSame(own[from], predicted));
        }
    }

    private static async Task<(DataLocation At, byte[] Bytes)> TrainAsync(ICloud cloud)
    {
        var (run, _) = await cloud.TrainAsync(o => o with { Seed = 7 });
        Assert.True(run.State == RunState.Completed, $"{cloud.Name}: {run.Reason}");
        await using var stream = (await cloud.Objects.GetAsync(run.Model!)).Must();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
        return (run.Model!, copy.ToArray());
    }

    /// <summary>What a cloud predicts with an artifact of another: the bytes are uploaded, registered and deployed as its own would be.</summary>
    private static async Task<IReadOnlyList<Prediction>> ForeignAsync(ICloud cloud, byte[] artifact)
    {
        var at = new DataLocation(await cloud.BucketAsync(), "foreign/model.tar.gz");
        (await cloud.Objects.PutAsync(at, new MemoryStream(artifact), "application/x-tar")).Must();
        return await PredictAsync(cloud, at);
    }

    private static async Task<IReadOnlyList<Prediction>> PredictAsync(ICloud cloud, DataLocation artifact)
    {
        var model = (await cloud.Models.RegisterAsync(new(Steps.Name("portable"), artifact) { Algorithm = "boosted-trees" })).Must().Name;
        var endpoint = await cloud.DeployAsync(new(Steps.Name("portable"), [new("main", model)]));
        var reply = (await cloud.Serving.PredictAsync(endpoint.Name, new(Encoding.UTF8.GetBytes(string.Join('\n', Penguins.Held().Rows))) { Accept = "text/csv" })).Must();
        (await cloud.Serving.DeleteAsync(endpoint.Name)).Must();
        return [.. Encoding.UTF8.GetString(reply.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).Select(f => new Prediction(f[0], f.Skip(1).Take(Species).Max(p => double.Parse(p, CultureInfo.InvariantCulture))))];
    }

    // What follows the class is the dialect's: its probability, or those of all classes first; so are the digits of what is a single-precision number in all of them.
    private static void AssertSame(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> actual)
    {
        Assert.Equal(expected.Select(p => p.Label), actual.Select(p => p.Label));
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First.Probability, p.Second.Probability, 1e-6));
    }

    private sealed record Prediction(string Label, double Probability);
}
