using System.Diagnostics;
using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance;

/// <summary>Steps that several suites take.</summary>
internal static class Steps
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static T Must<T>(this Result<T> result)
    {
        Assert.True(result.IsOk, result.Error?.ToString());
        return result.Value;
    }

    public static void MustFail<T>(this Result<T> result, ErrorCode code)
    {
        Assert.False(result.IsOk, "It succeeded.");
        Assert.True(result.Error.Code == code, $"{result.Error.Code} instead of {code}: {result.Error.Message}");
    }

    public static async Task<string> BucketAsync(this ICloud cloud)
    {
        var bucket = $"conformance-{Guid.NewGuid():n}"[..40];
        (await cloud.Objects.EnsureBucketAsync(bucket)).Must();
        return bucket;
    }

    public static async Task PutAsync(this ICloud cloud, DataLocation at, string text, string type = "text/csv") =>
        (await cloud.Objects.PutAsync(at, new MemoryStream(Encoding.UTF8.GetBytes(text)), type)).Must();

    public static async Task<string> ReadAsync(this ICloud cloud, DataLocation at)
    {
        await using var stream = (await cloud.Objects.GetAsync(at)).Must();
        return await new StreamReader(stream).ReadToEndAsync();
    }

    public static string Name(string prefix) => $"{prefix}-{Guid.NewGuid().ToString("n")[..10]}";

    /// <summary>Asks until it is so; fails when it never is.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<Result<T>>> ask, Func<T, bool> done)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = (await ask()).Must();
            if (done(value)) return value;
            Assert.True(watch.Elapsed < Patience, $"Still {value} after {Patience}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Trains on the penguins; returns the finished run and the bucket.</summary>
    public static async Task<(TrainingRun Run, string Bucket)> TrainAsync(this ICloud cloud, Func<TrainingOrder, TrainingOrder>? change = null)
    {
        var bucket = await cloud.BucketAsync();
        var order = await cloud.OrderAsync(bucket);
        (await cloud.Training.StartAsync(change?.Invoke(order) ?? order)).Must();
        return (await UntilAsync(() => cloud.Training.GetAsync(order.Name), r => r.IsFinal), bucket);
    }

    /// <summary>An order to train on the penguins, its data uploaded: every fifth row is held out for validation.</summary>
    public static async Task<TrainingOrder> OrderAsync(this ICloud cloud, string bucket)
    {
        var (train, held) = Penguins.Split();
        await cloud.PutAsync(new(bucket, "train/penguins.csv"), train);
        await cloud.PutAsync(new(bucket, "validation/penguins.csv"), held);
        return new TrainingOrder
        {
            Name = Name("train"),
            Algorithm = "boosted-trees",
            Task = "multiclass",
            Label = "species",
            HyperParameters = new Dictionary<string, string> { ["rounds"] = "30", ["min_rows_in_leaf"] = "5" },
            Channels = new Dictionary<string, DataLocation> { ["train"] = new(bucket, "train/"), ["validation"] = new(bucket, "validation/") },
            Output = new(bucket, "models"),
        };
    }

    /// <summary>Trains on the penguins and registers what came of it.</summary>
    public static async Task<string> ModelAsync(this ICloud cloud)
    {
        var (run, _) = await cloud.TrainAsync();
        Assert.True(run.State == RunState.Completed, run.Reason);
        return (await cloud.Models.RegisterAsync(new(Name("model"), run.Model!) { Algorithm = "boosted-trees" })).Must().Name;
    }

    public static async Task<DeployedEndpoint> DeployAsync(this ICloud cloud, EndpointOrder order)
    {
        (await cloud.Serving.DeployAsync(order)).Must();
        var endpoint = await UntilAsync(() => cloud.Serving.GetAsync(order.Name), e => e.State is DeploymentState.InService or DeploymentState.Failed);
        Assert.True(endpoint.State == DeploymentState.InService, endpoint.Reason);
        return endpoint;
    }
}
